import { parseArgs } from 'node:util'
import { type Architecture, architectures, type Kind, kinds } from './plan.ts'

export const usage = `tools/release [options]

Makes the files of a release from the commit that is checked out:

  scope                              the launcher alone, which runs the image of this version
  scope-VERSION-linux-ARCH.tar.gz    all that a machine needs to run Scope natively, Node and the page included
  scope-VERSION-image-ARCH.tar.gz    the image, for "docker load"
  SHA256SUMS                         of all of them

The version is that of package.json, and CHANGELOG.md has to know it. The script and the tarballs have the same bytes
whenever they are made of the same commit.

  --out=DIRECTORY     where they are put (dist/release)
  --only=KINDS        some of script, tarball, image, with commas between them
  --arch=ARCHES       some of x86_64, arm64
  --dry-run           check, and tell what would be made
  --use-installed     take the packages that the checkout has, instead of installing them anew: faster, to try it
  --prepare=VERSION   only write this version wherever it is to be, and into CHANGELOG.md: to be committed

Exit codes: 0 all that was asked for is made, 1 something failed, 2 wrong usage, 3 the checkout must not be released,
4 made, except for what cannot be made on this machine.
`

export interface ReleaseOptions {
  readonly out: string
  readonly kinds: readonly Kind[]
  readonly architectures: readonly Architecture[]
  readonly dryRun: boolean
  /** Whether the packages that are installed in the checkout are taken. */
  readonly useInstalled: boolean
  /** The version to be written, and nothing else done. */
  readonly prepare: string | undefined
  readonly help: boolean
}

/** The command line is wrong; the message says what is expected. */
export class ReleaseUsageError extends Error {
  override readonly name = 'ReleaseUsageError'
}

/** @throws {ReleaseUsageError} */
export const parseReleaseOptions = (args: readonly string[]): ReleaseOptions => {
  const { out, only, arch, prepare, ...flags } = parsed(args)
  if (prepare !== undefined && !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(prepare))
    throw new ReleaseUsageError(`--prepare=${prepare}: expected a version like 1.2.3`)
  return {
    out: out ?? 'dist/release',
    kinds: choice('--only', only, kinds),
    architectures: choice('--arch', arch, architectures),
    dryRun: flags['dry-run'] ?? false,
    useInstalled: flags['use-installed'] ?? false,
    prepare,
    help: flags.help ?? false,
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        only: { type: 'string' },
        arch: { type: 'string' },
        'dry-run': { type: 'boolean' },
        'use-installed': { type: 'boolean' },
        prepare: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new ReleaseUsageError((error as Error).message)
  }
}

const choice = <T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): readonly T[] => {
  if (value === undefined) return allowed
  const words = value.split(',')
  for (const word of words)
    if (!allowed.some((one) => one === word))
      throw new ReleaseUsageError(`${option}=${value}: "${word}" is none of ${allowed.join(', ')}`)
  return allowed.filter((one) => words.includes(one))
}
