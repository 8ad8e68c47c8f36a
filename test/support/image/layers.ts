import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { named } from '../run/run.ts'
import type { ImageDaemon } from './build-image.ts'

const run = promisify(execFile)
const OUTPUT_BYTES = 64 * 1024 * 1024

/** A file, directory or link of a layer. */
export interface LayerEntry {
  readonly path: string
  /** All that tar tells of it: type and mode, owner, size, time, and where a link leads; and the hash of what is in it. */
  readonly facts: string
  /** 0 for what is no file. */
  readonly sizeBytes: number
}

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

// `-rwxr-xr-x 0/0 123 2026-01-01 00:00:00 path[ -> target]`
const LINE =
  /^(?<what>\S+) +(?<owner>\d+\/\d+) +(?<size>\d+) (?<time>\S+ \S+) (?<path>.*?)(?: (?:->|link to) (?<target>.*))?$/

const entriesOf = async (archive: string, dir: string): Promise<LayerEntry[]> => {
  const options = { maxBuffer: OUTPUT_BYTES, env: { ...process.env, TZ: 'UTC' } }
  await mkdir(dir)
  await run('tar', ['-xf', archive, '-C', dir], options)
  const { stdout } = await run('tar', ['--numeric-owner', '--full-time', '-tvf', archive], options)
  const entries: LayerEntry[] = []
  for (const line of stdout.split('\n').filter(Boolean)) {
    const { what, owner, size, time, path, target = '' } = LINE.exec(line)?.groups ?? {}
    if (what === undefined || path === undefined) throw new Error(`tar lists ${line}`)
    const hash = what.startsWith('-') ? await hashOf(join(dir, path)) : ''
    const facts = [what, owner, size, time, target, hash].filter((fact) => fact !== '').join(' ')
    entries.push({ path: path.replace(/\/$/, ''), facts, sizeBytes: Number(size) })
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What the layers of an image hold that it does not share with its base, in the order of their paths. */
export const layersOver = async (
  { host }: ImageDaemon,
  image: string,
  base: string,
): Promise<LayerEntry[]> => {
  const dir = await mkdtemp(join(tmpdir(), `${named('layers')}-`))
  try {
    const layersIn = async (name: string) => {
      const { stdout } = await run('docker', [
        '-H',
        host,
        'inspect',
        '--format',
        '{{json .RootFS.Layers}}',
        name,
      ])
      return JSON.parse(stdout) as string[]
    }
    const [ofBase, ofImage] = [await layersIn(base), await layersIn(image)]
    if (ofBase.some((layer, index) => ofImage[index] !== layer))
      throw new Error(`${image} is not built on ${base}`)
    await run('sh', ['-c', 'docker -H "$1" save "$2" | tar -xf - -C "$3"', 'sh', host, image, dir])
    const [manifest] = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as [
      { Layers: string[] },
    ]
    const own = manifest.Layers.slice(ofBase.length)
    const entries = await Promise.all(
      own.map((layer, index) => entriesOf(join(dir, layer), join(dir, `layer-${index}`))),
    )
    return entries.flat()
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
