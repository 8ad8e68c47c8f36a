/** Puts an entry into a map that holds at most so many: beyond, the oldest goes. */
export const keepLatest = <K, V>(map: Map<K, V>, key: K, value: V, most: number): void => {
  const [oldest] = map.keys()
  if (map.size >= most && oldest !== undefined && !map.has(key)) map.delete(oldest)
  map.set(key, value)
}
