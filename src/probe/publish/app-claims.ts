/**
 * Claims an app for one target, i.e. one configured URL.
 *
 * @param challenge identifies the app (random for each start of an app); undefined = give up the claim
 * @returns the URL of another target that has already claimed this app; undefined when the claim succeeded
 */
export type ClaimApp = (challenge: string | undefined) => string | undefined

/**
 * Keeps track of the app that each target leads to. So an app that is configured twice, even under two names, gets each
 * report once.
 */
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
