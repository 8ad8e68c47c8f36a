import { createKnownApps } from '../../probe/apps/known-apps.ts'
import { targetOf } from '../../probe/apps/targets.ts'
import { literalAddress } from '../../probe/targets/target-url.ts'
import { adoptClusterKey } from '../../state/adopt-cluster-key.ts'
import { existingClusterKey, readAppPublicKey } from '../../state/state-dir.ts'
import { CommandError } from '../options/usage-error.ts'
import { decideJoin } from './decide-join.ts'
import type { JoinToken } from './join-token.ts'

/** A join, as the command line asks for it. */
export interface Join {
  readonly token: JoinToken
  /** Whether the token counts more than keys that this machine has already. */
  readonly replace: boolean
  /** URLs at which the probe here reaches the app whose token it is. */
  readonly appUrls: readonly string[]
}

/** What a join has changed. */
export interface Joined {
  /** Whether the state directory has another cluster key than before, or has one now. */
  readonly keyChanged: boolean
  /** Where the old cluster key is kept; undefined when there was none, or the same. */
  readonly oldKeyPath: string | undefined
}

/**
 * Makes the keys of a join token those of a state directory: the cluster key, and the app's key for its addresses.
 *
 * @param nowMs in ms since 1970
 * @throws {CommandError} when other keys are there and are not to be replaced; nothing was changed then
 * @throws {StateError} {@link KnownAppsError}
 */
export const joinCluster = async (
  stateDir: string,
  { token, replace, appUrls }: Join,
  nowMs: number,
): Promise<Joined> => {
  const known = createKnownApps(stateDir)
  const urls = new Map(appUrls.map((url) => [targetOf(url), url]))
  const targets = [...urls.keys()]
  // What an app without the cluster key has proved binds nobody.
  const provenAt = async (target: string) => (await known.find(target)).filter(({ unproven }) => !unproven)
  const found = await Promise.all(targets.map(async (target) => [target, await provenAt(target)] as const))
  const isProven = (await known.all()).some(({ unproven }) => !unproven)
  const before = {
    clusterKey: await existingClusterKey(stateDir),
    isKeyInUse: isProven || (await readAppPublicKey(stateDir)) !== undefined,
    apps: new Map(found),
  }
  const decision = decideJoin(token, before, replace)
  if (decision.kind === 'refused') throw new CommandError(decision.reason)
  const now = new Date(nowMs).toISOString()
  for (const target of decision.pins) {
    // It counts at whatever address of a name proves it; those of other apps of the name are not known by this.
    const address = literalAddress(urls.get(target) ?? '')
    const addresses = address === undefined ? [] : [address]
    await known.replace(target, { key: token.appKey, since: now.slice(0, 10), addresses })
  }
  if (decision.clusterKey === 'keep') return { keyChanged: false, oldKeyPath: undefined }
  const stamp = now.replace(/\.\d+/, '').replaceAll(':', '')
  return { keyChanged: true, oldKeyPath: await adoptClusterKey(stateDir, token.clusterKey, stamp) }
}
