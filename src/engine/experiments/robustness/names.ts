/** Names that say what a measurement is, where it is told of. */

/** Of distances that attacks have found, which are no lower bounds. */
export const flipName = 'Smallest flip found';
