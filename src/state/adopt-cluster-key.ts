import { link } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from './create-once.ts'
import { clusterKey, clusterKeyFile, StateError } from './state-dir.ts'

/**
 * Makes a key that came from elsewhere the cluster key of a state directory. Whoever reads the file meanwhile sees the old key or the new
 * one. Processes that have read the old one go on with it.
 *
 * @param stamp ends the name under which the old key is kept: `2026-05-01T120000Z`
 * @returns the path under which the old key is kept; undefined when there was none, or the same
 * @throws {StateError} also when there is a key that cannot be read
 */
export const adoptClusterKey = async (
  dir: string,
  key: Uint8Array,
  stamp: string,
): Promise<string | undefined> => {
  const text = Buffer.from(key).toString('base64url')
  const found = await clusterKey(dir, () => text)
  if (found.equals(key)) return undefined
  const path = clusterKeyFile(dir)
  const aside = join(dir, `cluster.key.old-${stamp}`)
  try {
    await link(path, aside)
    await replaceFile(path, `${text}\n`)
    return aside
  } catch (cause) {
    throw new StateError(`cannot replace ${path}: ${(cause as Error).message}.`, { cause })
  }
}
