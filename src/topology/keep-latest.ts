/** Sets an entry in a map of bounded size. When the map is full, the entry inserted first is deleted. */
export const keepLatest = <K, V>(map: Map<K, V>, key: K, value: V, most: number): void => {
  const [oldest] = map.keys()
  if (map.size >= most && oldest !== undefined && !map.has(key)) map.delete(oldest)
  map.set(key, value)
}
