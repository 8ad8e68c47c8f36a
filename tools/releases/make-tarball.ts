import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { copyPackages, installPackages, leaveNothingToInstall } from './packages.ts'
import type { Architecture } from './plan.ts'
import { run } from './run.ts'

/** What of the checkout is released. Everything else is for those who develop Scope. */
const RELEASED = [
  'scope',
  'src',
  'docs',
  'bpf/prebuilt',
  'tools/deploy',
  'tools/installed.mjs',
  'tools/node',
  'tools/reports',
  'tools/sanitise-report',
  'tools/setup',
  '.npmrc',
  'package.json',
  'package-lock.json',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
]

/** What of those directories is not. */
const KEPT_BACK = ['tools/reports/stage', 'tools/reports/keep-nodes.ts', 'tools/reports/record-main.ts']

/** Options of the build of the program. */
const PROGRAM = ['--config', 'vite.program.config.ts']

/**
 * Builds the program into `dist/program` and the page into `dist/web`.
 *
 * @param source clean tree of the commit
 * @param installed packages to build it with; without, they are installed, those for development, too
 */
export const build = async (source: string, installed?: string): Promise<void> => {
  if (installed !== undefined) await symlink(installed, join(source, 'node_modules'))
  else await run('npm', ['ci', '--ignore-scripts', '--prefer-offline'], { cwd: source })
  for (const options of [[], PROGRAM])
    await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', ...options], { cwd: source })
}

export interface TarballParts {
  /** Clean tree of the commit, with program and page built. */
  readonly source: string
  /** Empty directory for what goes into the tarball. */
  readonly stage: string
  /** Name of the only directory in the tarball. */
  readonly name: string
  readonly architecture: Architecture
  /** Packages that are installed already, for this architecture. */
  readonly installed: string | undefined
  /** Time that all files get, in seconds since 1970. */
  readonly epochSeconds: number
  readonly file: string
}

/** Makes a tarball that runs where it is unpacked, with Node and the packages of an architecture in it. */
export const makeTarball = async (parts: TarballParts): Promise<void> => {
  const { source, stage, name, architecture, installed, epochSeconds, file } = parts
  const root = join(stage, name)
  for (const path of [...RELEASED, 'dist/program', 'dist/web']) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await cp(join(source, path), join(root, path), { recursive: true })
  }
  for (const path of KEPT_BACK) await rm(join(root, path), { recursive: true })
  if (installed === undefined) await installPackages(root, architecture)
  else await copyPackages(installed, root)
  await leaveNothingToInstall(root)
  const tar = join(stage, 'release.tar')
  await run('tar', [...tarOptions(epochSeconds), '--file', tar, '--directory', stage, name])
  await run('gzip', ['--no-name', '--stdout', tar], { into: file })
  await rm(stage, { recursive: true })
}

/** What makes the bytes depend on nothing but the files: their order, owners, times and modes. */
const tarOptions = (epochSeconds: number): readonly string[] => [
  '--create',
  '--format=gnu',
  '--sort=name',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  `--mtime=@${epochSeconds}`,
  '--mode=u+rwX,go+rX,go-w',
]
