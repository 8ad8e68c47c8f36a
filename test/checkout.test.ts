import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtPrograms, checkout, sourcePrograms } from '../src/checkout.ts'

describe('the checkout', () => {
  test('has every file that is named', () => {
    const files = [checkout.manifest, checkout.launcher, checkout.help]
    for (const file of [...files, ...Object.values(sourcePrograms), ...Object.values(builtPrograms)])
      expect([file, statSync(file).isFile()]).toEqual([file, true])
    expect(readdirSync(checkout.bpf)).toContain('tcp.bpf.o')
  })

  test('is run from its sources by who imports these', () => {
    expect(checkout.programs).toBe(sourcePrograms)
  })
})

/** The files that a program is made of, loaded at its start or later. Files of the build before may lie beside them. */
const partsOf = (file: string, found = new Set<string>()): Set<string> => {
  if (found.has(file)) return found
  found.add(file)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/["'](\.{1,2}\/[\w./-]+\.js)["']/g)) {
    const part = join(dirname(file), path)
    if (existsSync(part)) partsOf(part, found)
  }
  return found
}

// Packages load native code by it, and most of them do without when they do not find it.
test('the built program looks for no file beside the code of a package', () => {
  const files = [...partsOf(builtPrograms.main)]
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter((file) => /\b__(dirname|filename)\b/.test(readFileSync(file, 'utf8')))).toEqual([])
})

// A process keeps the text of what it loads, with two bytes for each character if one of them needs them.
test('the built program has no comments but those of licences, no other language, and no character beyond Latin-1', () => {
  const isLean = (text: string): boolean =>
    !/[\u0100-\uffff]/.test(text) && !/^\s*\/\*\*\n(?!.*@license)/m.test(text) && !text.includes('Ungültige')
  const files = [...partsOf(builtPrograms.main)]
  expect(files.filter((file) => !isLean(readFileSync(file, 'utf8')))).toEqual([])
})
