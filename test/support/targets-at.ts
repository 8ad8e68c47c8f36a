import { fixedTargets } from '../../src/probe/targets/fixed-targets.ts'
import type { TargetSource } from '../../src/probe/targets/target.ts'
import { hostOf, literalAddress } from '../../src/probe/targets/target-url.ts'

/** Targets that somebody has named, by URL. */
export const targetsAt = (urls: readonly string[]): TargetSource =>
  fixedTargets(urls.map((url) => ({ url, address: literalAddress(url) ?? hostOf(url), origin: 'named' })))
