import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wantsColours } from '../../../src/cli/terminal/colours.ts'
import { OutputClosedError, outputTo } from '../../../src/cli/terminal/output.ts'

describe('the output of a command', () => {
  it('is written whole', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'scope-output-'))
    const path = join(dir, 'file')
    const fd = openSync(path, 'w')
    const bytes = randomBytes(1024 * 1024)
    await outputTo(fd, false).write(bytes)
    closeSync(fd)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    rmSync(dir, { recursive: true })
  })

  it('is known to be closed by whoever reads it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'scope-output-'))
    const path = join(dir, 'fifo')
    execFileSync('mkfifo', [path])
    const reader = spawn('head', ['-c', '1', path], { stdio: 'ignore' })
    const ended = new Promise((resolve) => reader.once('exit', resolve))
    // Opens when the reader does.
    const output = outputTo(openSync(path, 'w'), false)
    await output.write(Buffer.from('x'))
    await ended
    await expect(output.write(Buffer.from('y'))).rejects.toThrow(OutputClosedError)
    rmSync(dir, { recursive: true })
  })
})

describe('colours', () => {
  it.each([
    [{}, true],
    [{ TERM: 'xterm-256color' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{ TERM: 'dumb' }, false],
  ])('%j', (env, wanted) => {
    expect(wantsColours(env)).toBe(wanted)
  })
})
