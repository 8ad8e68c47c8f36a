import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '../../../src/checkout.ts'
import { IMAGE_LABEL, imagesOf } from '../run/images.ts'
import { locked } from '../run/locked.ts'
import { currentRun } from '../run/run.ts'
import { debianMirror, npmDirectory, writeRegistries } from './machine-registries.ts'

const run = promisify(execFile)
/** Time for a `beforeAll` in which the image is built, on a machine that does other things besides. */
export const IMAGE_LIMIT_MS = 1_200_000
const OUTPUT_BYTES = 64 * 1024 * 1024

/** Label of what this run makes, by which it is removed from a daemon that outlives the run. */
const label = (): string => `${IMAGE_LABEL}=${currentRun()}`

/** The image that Dockerfile builds upon, for example `node:24-bookworm-slim`. */
export const baseName = (): string => {
  const dockerfile = readFileSync(join(checkout.root, 'Dockerfile'), 'utf8')
  const name = /^FROM (\S+)/m.exec(dockerfile)?.[1]
  if (name === undefined) throw new Error('Dockerfile has no line FROM')
  return name
}

/** Directory of this run for what images are made of. */
const imageDirectory = async (): Promise<string> => {
  const dir = imagesOf(currentRun())
  await mkdir(dir, { recursive: true })
  return dir
}

/** A Node that needs nothing of this machine but the C library. */
const node = (): string => {
  const brought = join(checkout.root, `node_modules/node-linux-${process.arch}/bin/node`)
  return existsSync(brought) ? brought : process.execPath
}

/** Makes the archive of the stand-in once for each run. @returns its path */
const baseArchive = async (): Promise<string> => {
  const dir = await imageDirectory()
  const archive = join(dir, 'base.tar')
  await locked(join(dir, 'base'), async () => {
    if (existsSync(archive)) return
    const suite = /-(\w+)-slim$/.exec(baseName())?.[1] ?? 'stable'
    const overlay = await mkdtemp(join(dir, 'overlay-'))
    await writeRegistries(overlay)
    await run(
      'unshare',
      [
        ...['--mount', '--propagation', 'private', join(import.meta.dirname, 'make-base'), archive],
        ...[await debianMirror(suite), suite, node(), await npmDirectory(), overlay],
      ],
      { maxBuffer: OUTPUT_BYTES },
    )
    await rm(overlay, { recursive: true })
  })
  return archive
}

/** A Docker daemon that images are made in. */
export interface ImageDaemon {
  /** As `DOCKER_HOST`. */
  readonly host: string
}

const dockerOf =
  ({ host }: ImageDaemon) =>
  async (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> => {
    const { stdout, stderr } = await run('docker', ['-H', host, ...args], { maxBuffer: OUTPUT_BYTES, env })
    return stdout.trim() || stderr.trim()
  }

const isThere = async (daemon: ImageDaemon, name: string): Promise<boolean> =>
  (await dockerOf(daemon)(['images', '--quiet', name])) !== ''

/** A lock for each daemon, so that two test files do not both make what one of them can. */
const lockOf = async ({ host }: ImageDaemon, name: string): Promise<string> =>
  join(await imageDirectory(), `${name}-${host.replace(/\W+/g, '-')}`)

/**
 * Sees to it that a daemon has the base image of the Dockerfile. If it does not have that, it gets a stand-in made by debootstrap, with
 * the Node and npm of this machine and what these know of their registries. Takes half a minute, once for each run of the tests.
 *
 * @returns the name of the image
 */
export const ensureBaseImage = async (daemon: ImageDaemon): Promise<string> => {
  const name = baseName()
  await locked(await lockOf(daemon, 'base'), async () => {
    if (await isThere(daemon, name)) return
    const changes = [
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `ENV NODE_VERSION=${process.versions.node}`,
      `LABEL ${label()}`,
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["node"]',
    ].flatMap((change) => ['--change', change])
    await dockerOf(daemon)(['import', ...changes, await baseArchive(), name])
  })
  return name
}

/** How {@link buildImage} builds. */
export interface BuildOptions {
  /** Further arguments of `docker build`. */
  readonly args?: readonly string[]
  /** The client, if not the `docker` of PATH. */
  readonly client?: string
  /** Whether BuildKit builds; the client's choice when not told. */
  readonly buildKit?: boolean
}

/**
 * Builds the image of this checkout by `docker build`, on the base image or its stand-in.
 *
 * @param tag the name that it gets
 * @returns what the build said
 */
export const buildImage = async (
  daemon: ImageDaemon,
  tag: string,
  { args = [], client = 'docker', buildKit }: BuildOptions = {},
): Promise<string> => {
  await ensureBaseImage(daemon)
  const env = { ...process.env, ...(buildKit !== undefined && { DOCKER_BUILDKIT: buildKit ? '1' : '0' }) }
  const build = ['build', '--network', 'host', '--label', label(), '--tag', tag, ...args, checkout.root]
  const { stdout, stderr } = await run(client, ['-H', daemon.host, ...build], {
    env,
    maxBuffer: OUTPUT_BYTES,
  })
  return stdout + stderr
}

/**
 * The image of this checkout, built once for each run of the tests and each daemon. The daemon must reach the registries of Debian
 * and npm, as the one does that the run starts.
 *
 * @returns its name
 */
export const ensureScopeImage = async (daemon: ImageDaemon): Promise<string> => {
  const name = `scope-test:${currentRun()}`
  await locked(await lockOf(daemon, 'scope'), async () => {
    if (!(await isThere(daemon, name))) await buildImage(daemon, name)
  })
  return name
}
