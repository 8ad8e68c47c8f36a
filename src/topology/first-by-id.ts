/** Each id once, with the first that has it: where two reports have the same node, the first one wins. */
export const firstById = <T extends { readonly id: string }>(all: Iterable<T>): Map<string, T> => {
  const byId = new Map<string, T>()
  for (const one of all) if (!byId.has(one.id)) byId.set(one.id, one)
  return byId
}
