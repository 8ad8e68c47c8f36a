const refusals = new EventTarget()
const refused = 'refused'

/** Tells that the app refused a request or a socket because of who asks: who that is has to be asked anew. */
export function tellRefused(): void {
  refusals.dispatchEvent(new Event(refused))
}

/** Calls `listener` each time that {@link tellRefused} is called. @returns a function that ends this */
export function onRefused(listener: () => void): () => void {
  refusals.addEventListener(refused, listener)
  return () => refusals.removeEventListener(refused, listener)
}
