import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = findPackageJSON('.', import.meta.url)
if (manifest === undefined) throw new Error(`no package.json lies above ${import.meta.filename}`)

/** Absolute paths of the files that processes of Scope are started from. */
export interface Programs {
  readonly main: string
  readonly supervisor: string
  /** Module of the worker thread that simulates the hosts of the demo. */
  readonly feedWorker: string
}

const root = dirname(manifest)
const at = (path: string) => join(root, path)

/** What set-up makes of the sources (`tools/setup`). */
export const builtPrograms: Programs = {
  main: at('dist/program/main.js'),
  supervisor: at('dist/program/supervisor.js'),
  feedWorker: at('dist/program/feed-worker.js'),
}

/** The sources, which Node runs as they are. */
export const sourcePrograms: Programs = {
  main: at('src/main.ts'),
  supervisor: at('src/cli/supervisor/main.ts'),
  feedWorker: at('src/demo/feed-worker.ts'),
}

/** Whether this process runs what was built, and so starts others that do. */
const isBuilt = !import.meta.filename.endsWith('.ts')

/** Absolute paths of files in the checkout (or image) that this process runs from. */
export const checkout = {
  root,
  manifest,
  launcher: at('scope'),
  programs: isBuilt ? builtPrograms : sourcePrograms,
  help: at('src/cli/options/help.txt'),
  webRoot: at('dist/web'),
  /** eBPF programs, compiled: `<name>.bpf.o`. */
  bpf: at('bpf/prebuilt'),
} as const
