import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { told } from '../e2e/story/told.ts'
import { commandsOf, commandsOfScript } from '../support/docs/commands.ts'
import { codeBlocks, documents } from '../support/docs/documents.ts'

const checkout = join(import.meta.dirname, '../..')
const all = documents()
const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { scripts: object }

describe('commands of a script', () => {
  it.each([
    ['one\n\n  two   # why\n# three\n', ['one', '  two']],
    ["curl 'localhost/#code' # x", ["curl 'localhost/#code'"]],
    ['a \\\n  b\nc', ['a \\\n  b', 'c']],
    ['for x in 1; do\n  echo $x\ndone\nb', ['for x in 1; do\n  echo $x\ndone', 'b']],
  ])('%j', (script, commands) => {
    expect(commandsOfScript(script)).toEqual(commands)
  })

  it('have an end', () => {
    expect(() => commandsOfScript('for x in 1; do')).toThrow('no end')
  })
})

describe('commands that are told', () => {
  const tell = all.filter((document) => commandsOf(document).length > 0)

  // A new command needs an entry in test/e2e/story/told.ts, which says how it is run.
  it.each(tell.map((document) => [document.path, document] as const))(
    '%s: each is run by a test',
    (path, document) => {
      expect(told[path]?.map(({ command }) => command)).toEqual(commandsOf(document))
    },
  )

  it('are all in documents that there are', () => {
    expect(Object.keys(told).filter((path) => !tell.some((document) => document.path === path))).toEqual([])
  })

  it('are all run in a file of tests', () => {
    const files = ['begin', 'look-up'].map((name) =>
      readFileSync(join(checkout, `test/e2e/story/${name}.test.ts`), 'utf8'),
    )
    const here = Object.entries(told).filter(([, entries]) =>
      entries.some(({ way }) => way.kind !== 'elsewhere'),
    )
    expect(
      here.map(([path]) => path).filter((path) => !files.some((text) => text.includes(`'${path}'`))),
    ).toEqual([])
  })

  it('are run by a file that there is, where they are run elsewhere', () => {
    const places = Object.values(told).flatMap((entries) =>
      entries.flatMap(({ way }) => (way.kind === 'elsewhere' ? [way.where] : [])),
    )
    expect(places.filter((path) => !existsSync(join(checkout, path)))).toEqual([])
  })

  it('name scripts that package.json has', () => {
    const names = all.flatMap(commandsOf).flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? [])
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('are marked by sh, as no other name of a shell is understood', () => {
    const others = all.flatMap(({ path, text }) =>
      codeBlocks({ path, text })
        .filter(({ language }) => /^(bash|shell|console|zsh|shell-session)$/.test(language))
        .map(({ language }) => `${path}: ${language}`),
    )
    expect(others).toEqual([])
  })
})
