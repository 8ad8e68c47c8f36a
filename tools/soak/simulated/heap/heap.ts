import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../../../test/support/eventually.ts'

/** Asks processes of Scope what they hold once all garbage is collected. */
export interface HeapWatch {
  /** What Scope's processes have to be started with. */
  readonly env: Readonly<Record<string, string>>
  /** What a process holds: objects, and buffers outside of V8's heap, bytes. */
  heldBytes(pid: number): Promise<number>
  close(): void
}

const preload = fileURLToPath(new URL('tell-on-signal.mjs', import.meta.url))

export const createHeapWatch = (): HeapWatch => {
  const folder = mkdtempSync(join(tmpdir(), 'scope-soak-heaps-'))
  const options = [process.env.NODE_OPTIONS, `--import=${preload}`].filter((option) => option)
  const read = (pid: number): { readonly answer: number; readonly heldBytes: number } | undefined => {
    const path = join(folder, `${pid}`)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  return {
    env: { NODE_OPTIONS: options.join(' '), SCOPE_SOAK_HEAPS: folder },
    async heldBytes(pid) {
      const before = read(pid)?.answer ?? 0
      process.kill(pid, 'SIGUSR2')
      const { heldBytes } = await eventually(`process ${pid} to tell what it holds`, () => {
        const told = read(pid)
        return told && told.answer > before ? told : undefined
      })
      return heldBytes
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
