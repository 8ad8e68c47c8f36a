/**
 * The rows or columns of a matrix with each where it was, so that nothing moves away under the pointer. One that is gone keeps its
 * place until one that joins takes it; the others that join come last.
 *
 * @param now ids in their order
 * @param before the ids as they were shown
 * @param pointed the id at which somebody is pointing: its place is nobody else's
 */
export function withHeldLines(
  now: readonly string[],
  before: readonly string[],
  pointed?: string,
): readonly string[] {
  const [here, known] = [new Set(now), new Set(before)]
  const joining = now.filter((id) => !known.has(id)).values()
  const held = before.map((id) => (here.has(id) || id === pointed ? id : (joining.next().value ?? id)))
  return [...held, ...joining]
}
