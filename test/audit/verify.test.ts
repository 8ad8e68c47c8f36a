import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/files/verify.ts'
import { done, type LogDir, newLogDir } from './log-in-dir.ts'

let log: LogDir
beforeEach(async () => {
  log = await newLogDir()
  const audit = log.open()
  for (const who of ['anna', 'bert', 'carl', 'dora', 'emil']) audit.record(done(who))
  await audit.stop()
})
afterEach(() => log.remove())

const change = async (how: (lines: string[]) => string[]) =>
  writeFile(log.path, `${how((await readFile(log.path, 'utf8')).split('\n').slice(0, -1)).join('\n')}\n`)

describe('a log', () => {
  it.each<[string, (lines: string[]) => string[], [line: number, what: string][]]>([
    ['that is as it was', (all) => all, []],
    ['without its first entries, as after many rotations', (all) => all.slice(2), []],
    [
      'with a changed entry',
      (all) => all.with(1, all[1]?.replace('bert', 'anna') ?? ''),
      [[3, 'entry 2 was changed, or entry 3 was']],
    ],
    [
      'with a line that is none',
      (all) => all.with(1, 'nothing'),
      [
        [2, 'this is no entry'],
        [3, 'entry 2 was changed, or entry 3 was'],
      ],
    ],
    ['with a space more', (all) => all.with(1, `${all[1]} `), [[3, 'entry 2 was changed, or entry 3 was']]],
    [
      'with other line ends',
      (all) => all.with(1, `${all[1]}\r`),
      [[3, 'entry 2 was changed, or entry 3 was']],
    ],
    ['without an entry', (all) => all.toSpliced(2, 1), [[3, 'entry 3 is missing']]],
    ['without two entries', (all) => all.toSpliced(1, 2), [[2, 'entries 2 to 3 are missing']]],
    ['with an entry twice', (all) => all.toSpliced(2, 0, all[1] ?? ''), [[3, 'entry 2 follows entry 2']]],
    [
      'with another beginning',
      (all) => all.with(0, all[0]?.replace(/0{64}/, '1'.repeat(64)) ?? ''),
      [
        [1, 'entry 1 follows another'],
        [2, 'entry 1 was changed, or entry 2 was'],
      ],
    ],
  ])('%s', async (_name, how, breaks) => {
    await change(how)
    const found = verifyChain(log.path)
    expect(found.breaks).toEqual(breaks.map(([line, what]) => ({ file: 'audit.log', line, what })))
    expect(found.breakCount).toBe(breaks.length)
  })

  it('without any file has no entries', () => {
    expect(verifyChain(`${log.path}.none`)).toMatchObject({ entries: 0, firstNumber: undefined, breaks: [] })
  })

  it('that is broken everywhere tells only the first places', async () => {
    await change(() => Array.from({ length: 100 }, () => 'nothing'))
    expect(verifyChain(log.path)).toMatchObject({ entries: 100, breakCount: 100 })
    expect(verifyChain(log.path).breaks).toHaveLength(20)
  })
})

it('is verified with common tools, too', () => {
  const script = `previous=$(printf '0%.0s' {1..64})
    while IFS= read -r line; do
      case "$line" in *'"previous":"'"$previous"'"}') ;; *) exit 1 ;; esac
      previous=$(printf '%s' "$line" | sha256sum | cut -d' ' -f1)
    done <"$0"; echo "$previous"`
  const hash = String(execFileSync('bash', ['-c', script, log.path])).trim()
  expect(hash).toBe(verifyChain(log.path).end?.hash)
})
