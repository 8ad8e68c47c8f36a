/**
 * Does all steps, one after the other, also when one of them fails: what a test has made is removed, whatever happened before.
 *
 * @throws the first error
 */
export const allOf = async (...steps: readonly (() => unknown)[]): Promise<void> => {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
