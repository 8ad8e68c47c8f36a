/**
 * Claims an app for one target.
 *
 * @param challenge which app it is (random per start of an app); undefined: none any more
 * @returns the URL of the target that has claimed that app before, if another has
 */
export type ClaimApp = (challenge: string | undefined) => string | undefined

/** Which app each target has come to: one that is named twice, be it by two names, is reported to once. */
export const createAppClaims = (): ((url: string) => ClaimApp) => {
  const challenges = new Map<string, string>()
  return (url) => (challenge) => {
    challenges.delete(url)
    if (challenge === undefined) return undefined
    for (const [other, claimed] of challenges) if (claimed === challenge) return other
    challenges.set(url, challenge)
    return undefined
  }
}
