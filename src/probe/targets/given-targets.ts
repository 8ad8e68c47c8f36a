import { fixedTargets } from './fixed-targets.ts'
import { joinedSources } from './joined-sources.ts'
import { type NamedTarget, type ResolvedTargetsOptions, resolvedTargets } from './names/resolved-targets.ts'
import type { Target, TargetSource } from './target.ts'
import { literalAddress } from './target-url.ts'

/**
 * Targets given by URL: those with an address as they are, the others at all addresses of their name.
 *
 * @example givenTargets([{ url: 'http://scope1:4040', origin: 'named' }], { lookUp: createLookUp(), log })
 */
export const givenTargets = (
  given: readonly NamedTarget[],
  options: ResolvedTargetsOptions,
): TargetSource => {
  const fixed: Target[] = []
  const names: NamedTarget[] = []
  for (const one of given) {
    const address = literalAddress(one.url)
    if (address === undefined) names.push(one)
    else fixed.push({ ...one, address })
  }
  return joinedSources([fixedTargets(fixed), resolvedTargets(names, options)])
}
