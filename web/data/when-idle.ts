/**
 * Does something when the page has nothing else to do.
 *
 * @returns lets it be, if it is not done yet
 */
export function whenIdle(act: () => void): () => void {
  // Safari has none.
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(act, 1000)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(act)
  return () => cancelIdleCallback(handle)
}
