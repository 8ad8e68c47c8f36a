import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeImage } from './make-image.ts'
import { build, makeTarball } from './make-tarball.ts'
import type { Item } from './plan.ts'
import type { Checkout } from './read-checkout.ts'
import { run } from './run.ts'

export interface Release {
  readonly root: string
  readonly version: string
  readonly facts: Checkout
  readonly items: readonly Item[]
  /** Directory that gets the files; what it holds by their names is replaced. */
  readonly out: string
  readonly useInstalled: boolean
  readonly say: (text: string) => void
}

/** Makes all files in a directory of their own, and puts them where they are wanted when all of them are there. */
export const makeRelease = async (release: Release): Promise<void> => {
  const { items, version, facts, say } = release
  const out = resolve(release.out)
  await mkdir(out, { recursive: true })
  const work = await mkdtemp(join(tmpdir(), 'scope-release-'))
  try {
    const installed = release.useInstalled ? join(release.root, 'node_modules') : undefined
    const source = join(work, 'source')
    const made = join(work, 'made')
    await mkdir(made)
    await exportCommit(release.root, facts.commit, source)
    if (items.some(({ kind }) => kind === 'tarball')) {
      say('building the program and the page')
      await build(source, installed)
    }
    for (const item of items) {
      say(`making ${item.file}`)
      await make(item, { ...release, installed, source, work, file: join(made, item.file) })
    }
    const files = [...items.map(({ file }) => file).sort(), 'SHA256SUMS']
    await writeFile(join(made, 'SHA256SUMS'), await checksums(made, files.slice(0, -1)))
    for (const file of files) await moveFile(join(made, file), join(out, file))
    say(`scope ${version} of ${facts.commit.slice(0, 12)} is in ${out}: ${files.join(', ')}`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Writes the files of a commit, and nothing else that lies in the checkout. */
const exportCommit = async (root: string, commit: string, source: string): Promise<void> => {
  const archive = `${source}.tar`
  await mkdir(source)
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: root })
  await run('tar', ['--extract', '--file', archive, '--directory', source])
}

interface Place extends Release {
  readonly installed: string | undefined
  readonly source: string
  readonly work: string
  readonly file: string
}

const make = async (item: Item, { source, work, file, version, facts, installed }: Place): Promise<void> => {
  const { committedAtSeconds: epochSeconds } = facts
  if (item.kind === 'script') {
    await copyFile(join(source, 'scope'), file)
    await chmod(file, 0o755)
  } else if (item.kind === 'tarball') {
    const { architecture } = item
    const name = `scope-${version}`
    const stage = join(work, architecture)
    await makeTarball({ source, stage, name, architecture, installed, epochSeconds, file })
  } else {
    const { architecture, builder } = item
    const tag = `scope:${version}`
    const { commit: revision } = facts
    const scratch = join(work, 'image')
    await makeImage({ source, tag, revision, architecture, builder, epochSeconds, scratch, file })
  }
}

/** The lines that `sha256sum --check` reads. */
const checksums = async (directory: string, files: readonly string[]): Promise<string> => {
  const lines: string[] = []
  for (const file of files) {
    const hash = createHash('sha256')
    for await (const bytes of createReadStream(join(directory, file))) hash.update(bytes as Buffer)
    lines.push(`${hash.digest('hex')}  ${file}\n`)
  }
  return lines.join('')
}

/** Moves a file, also to another file system. */
const moveFile = async (from: string, to: string): Promise<void> => {
  const beside = `${to}.new`
  await run('cp', ['--preserve=mode', from, beside])
  await rename(beside, to)
}
