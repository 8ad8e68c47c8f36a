import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withImports } from './imports.ts'
import { MEASURED, PURE } from './pure.ts'

const root = join(import.meta.dirname, '../..')

it.each([...PURE, ...MEASURED])('%s names tests that are there', (pattern) => {
  expect(globSync(pattern, { cwd: root })).not.toEqual([])
})

it.each(MEASURED)('%s is one of those that only decide', (pattern) => {
  const pure = new Set(PURE.flatMap((one) => globSync(one, { cwd: root })))
  expect(globSync(pattern, { cwd: root }).filter((file) => !pure.has(file))).toEqual([])
})

/** What changes something that tests in the same process see, or leaves something behind in it; to ask `isIP` does not. */
const SHARED =
  /\bvi\.(mock|stub|spyOn)|process\.(env\.\w+ =|chdir|on\()|globalThis\.\w+ =|node:(child_process|http|tls|dgram|worker_threads)'|(?<!\{ isIP \} from ')node:(net)'/

it.each(PURE)('%s changes nothing that others in its process see', (pattern) => {
  const measured = new Set(MEASURED.flatMap((one) => globSync(one, { cwd: root })))
  const files = globSync(pattern, { cwd: root }).filter((file) => !measured.has(file))
  const shared = files.filter((file) =>
    [...withImports([file])].some((one) => SHARED.test(readFileSync(join(root, one), 'utf8'))),
  )
  expect(shared).toEqual([])
})
