/** Says where a table goes on sideways: an edge that is cut off looks like the end. */

/** How far it goes on, in words; empty where all is seen. `left`, `width`, `whole`: px, of the place and of what is in it. */
export function moreWords(left: number, width: number, whole: number): string {
  const before = left > 1;
  const after = left + width < whole - 1;
  if (!before && !after) return '';
  return before && after ? '← more columns on both sides →' : after ? 'more columns: scroll sideways →' : '← more columns';
}

const watched = new WeakSet<Element>();

/** For lit's `ref` on the place that scrolls: keeps the words in the element after it and `data-more` on the frame around both. */
export function watchScroll(place: Element | undefined): void {
  if (!place || watched.has(place) || typeof ResizeObserver === 'undefined') return;
  watched.add(place);
  const show = (): void => {
    const { scrollLeft, clientWidth, scrollWidth } = place;
    const words = moreWords(scrollLeft, clientWidth, scrollWidth);
    const hint = place.nextElementSibling;
    if (hint && hint.textContent !== words) hint.textContent = words;
    place.parentElement?.classList.toggle('more-before', scrollLeft > 1);
    place.parentElement?.classList.toggle('more-after', scrollLeft + clientWidth < scrollWidth - 1);
  };
  place.addEventListener('scroll', show, { passive: true });
  const observer = new ResizeObserver(show);
  observer.observe(place);
  if (place.firstElementChild) observer.observe(place.firstElementChild);
}
