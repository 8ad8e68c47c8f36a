import { rm } from 'node:fs/promises'
import { type Architecture, type Builders, namesOf } from './plan.ts'
import { run, StepError } from './run.ts'

/** Finds out what the Docker of this machine can build. */
export const findBuilders = async (): Promise<Builders> => {
  try {
    const engine = (await run('docker', ['version', '--format', '{{.Server.Arch}}'])).trim()
    return { engine, buildx: await buildxPlatforms() }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    return { missing: `no Docker engine answers (${error.message.split('\n').at(-1)?.trim()})` }
  }
}

const buildxPlatforms = async (): Promise<readonly string[] | undefined> => {
  try {
    const said = await run('docker', ['buildx', 'inspect', '--bootstrap'])
    return platformsIn(said)
  } catch (error) {
    if (error instanceof StepError) return undefined
    throw error
  }
}

/** Platforms in the output of `docker buildx inspect`, of all nodes of the builder. */
export const platformsIn = (said: string): readonly string[] =>
  [...said.matchAll(/^Platforms:\s*(.*)$/gm)].flatMap(([, list]) =>
    (list ?? '')
      .split(',')
      .map((platform) => platform.trim().replace('*', ''))
      .filter(Boolean),
  )

export interface ImageParts {
  /** Clean tree of the commit. */
  readonly source: string
  readonly tag: string
  /** The commit, for a label of the image. */
  readonly revision: string
  readonly architecture: Architecture
  readonly builder: 'buildx' | 'docker'
  /** Time that its files get, in seconds since 1970. */
  readonly epochSeconds: number
  /** Where an archive may lie for a while. */
  readonly scratch: string
  readonly file: string
}

/** Builds the image and writes it to a file that `docker load` reads. */
export const makeImage = async (parts: ImageParts): Promise<void> => {
  const { source, tag, revision, architecture, builder, epochSeconds, scratch, file } = parts
  const platform = `linux/${namesOf[architecture].docker}`
  const values = [`REVISION=${revision}`, `SOURCE_DATE_EPOCH=${epochSeconds}`]
  const args = ['--tag', tag, ...values.flatMap((value) => ['--build-arg', value])]
  if (builder === 'buildx') {
    const output = `type=docker,dest=${scratch},rewrite-timestamp=true`
    await run('docker', ['buildx', 'build', '--platform', platform, '--output', output, ...args, source])
  } else {
    await run('docker', ['build', ...args, source])
    await run('docker', ['save', '--output', scratch, tag])
  }
  await run('gzip', ['--no-name', '--stdout', scratch], { into: file })
  await rm(scratch)
}
