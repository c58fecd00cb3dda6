/** Shows what goes wrong in a command and still lets its caller know; cancellation gives undefined. */
import { isCancellation } from '../services/notifications';
import type { Host } from './host';

/** `file` is the data file that is worked on. Throws UserError after showing it. */
export async function reported<T>(host: Host, work: () => Promise<T>, file?: string): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isCancellation(error)) return undefined;
    throw host.notifications.error(error, file);
  }
}
