/** Says where a table goes on sideways: an edge that is cut off looks like the end. */
import { moreWords } from './moreColumns';

/** Of the place that scrolls what is needed here, and of a ResizeObserver: tests read this file without a browser's types. */
interface Place {
  readonly scrollLeft: number;
  readonly clientWidth: number;
  readonly scrollWidth: number;
  readonly nextElementSibling: { textContent: string | null } | null;
  readonly parentElement: { readonly classList: { toggle(name: string, on: boolean): boolean } } | null;
  readonly firstElementChild: object | null;
  addEventListener(type: 'scroll', listener: () => void, options: { passive: true }): void;
}
type Observing = new (changed: () => void) => { observe(element: object): void };

const watched = new WeakSet<object>();

/** For lit's `ref` on the place that scrolls: keeps the words in the element after it, and classes on the frame around both. */
export function watchScroll(place: Place | undefined): void {
  const { ResizeObserver } = globalThis as unknown as { ResizeObserver?: Observing };
  if (!place || watched.has(place) || !ResizeObserver) return;
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
