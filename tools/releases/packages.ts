import { existsSync } from 'node:fs'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Architecture, namesOf } from './plan.ts'
import { run } from './run.ts'

/** Installs the packages that Scope runs with, as the lock file has them, below a directory with that file. */
export const installPackages = async (root: string, architecture: Architecture): Promise<void> => {
  const platform = ['--os=linux', `--cpu=${namesOf[architecture].npm}`, '--libc=glibc']
  await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--omit=dev', ...platform], { cwd: root })
}

/** What is needed of an entry in `package-lock.json`. */
interface LockedPackage {
  /** True of one that is only for development. */
  readonly dev?: boolean
}

/**
 * Copies the same packages from where they are installed together with those for development.
 *
 * @param installed a directory `node_modules`
 * @param root gets `node_modules`, and has the lock file
 */
export const copyPackages = async (installed: string, root: string): Promise<void> => {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>
  }
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const from = join(installed, '..', path)
    // Those of other platforms are in the lock file only.
    if (path === '' || dev || !existsSync(from)) continue
    // What a package has below it are packages of their own.
    const filter = (file: string) => relative(from, file) !== 'node_modules'
    await cp(from, join(root, path), { recursive: true, verbatimSymlinks: true, filter })
  }
}

/** Has `tools/setup` know that all packages are there, and removes what depends on how they came. */
export const leaveNothingToInstall = async (root: string): Promise<void> => {
  const modules = join(root, 'node_modules')
  for (const name of ['.package-lock.json', '.bin'])
    await rm(join(modules, name), { recursive: true, force: true })
  const sum = await run('sh', ['-c', 'cksum <package-lock.json'], { cwd: root })
  await writeFile(join(modules, '.scope-packages'), sum)
}
