// Loaded into the processes of a soaked Scope before their own code: on SIGUSR2 a process collects all garbage, and writes what it still
// holds into the folder SCOPE_SOAK_HEAPS. Plain JavaScript, since not every process of Scope takes TypeScript.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

const folder = process.env.SCOPE_SOAK_HEAPS
let answers = 0
if (isMainThread && folder !== undefined && globalThis.gc)
  process.on('SIGUSR2', () => {
    globalThis.gc({ type: 'major', execution: 'sync' })
    const { heapUsed, external } = process.memoryUsage()
    const path = join(folder, `${process.pid}`)
    writeFileSync(`${path}.new`, JSON.stringify({ answer: ++answers, heldBytes: heapUsed + external }))
    renameSync(`${path}.new`, path)
  })
