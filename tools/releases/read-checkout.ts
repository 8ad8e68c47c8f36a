import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckoutFacts } from './readiness.ts'
import { run, StepError } from './run.ts'
import { statedVersion, versionedFiles } from './versions.ts'

/** What is known of a checkout that is to be released. */
export interface Checkout extends CheckoutFacts {
  /** When the commit was made, in seconds since 1970. */
  readonly committedAtSeconds: number
}

/**
 * Reads what decides whether a checkout may be released.
 *
 * @throws {StepError} when it is no Git checkout
 */
export const readCheckout = async (root: string): Promise<Checkout> => {
  const git = async (...args: string[]) => (await run('git', args, { cwd: root })).trimEnd()
  const read = (file: string) => readFile(join(root, file), 'utf8')
  const { version } = JSON.parse(await read('package.json')) as { version: string }
  return {
    version,
    versions: await Promise.all(versionedFiles.map(async (file) => statedVersion(file, await read(file)))),
    changelog: await read('CHANGELOG.md'),
    changes: await git('status', '--porcelain'),
    taggedCommit: await taggedCommit(git, version),
    commit: await git('rev-parse', 'HEAD'),
    committedAtSeconds: Number(await git('log', '-1', '--format=%ct')),
  }
}

const taggedCommit = async (
  git: (...args: string[]) => Promise<string>,
  version: string,
): Promise<string | undefined> => {
  try {
    return await git('rev-parse', '--verify', '--quiet', `refs/tags/v${version}^{commit}`)
  } catch (error) {
    if (error instanceof StepError) return undefined
    throw error
  }
}
