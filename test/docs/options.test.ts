import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ofApp, optionsOf } from '../../src/cli/control/arguments.ts'
import { optionDefinitions } from '../../src/cli/options/option-definitions.ts'
import { passedOverOptions } from '../../src/cli/options/weave/weave-options.ts'
import { codeSpans, type Document, documents } from '../support/docs/documents.ts'

const checkout = join(import.meta.dirname, '../..')
const help = readFileSync(join(checkout, 'src/cli/options/help.txt'), 'utf8')
const launcher = readFileSync(join(checkout, 'scope'), 'utf8')
const all = documents()
const reference = all.find(({ path }) => path === 'docs/command-line.md') as Document

/** Other names of options, and those by which parts are started; `--native` is the launcher's own. */
const NOT_IN_HELP = [
  ...['probe.ebpf.connections', 'probe.omit.env-vars', 'probe.token'],
  ...['probe.no-controls', 'app.launched-by', 'native', 'probe.weave.hostname', 'app.weave.hostname'],
]
/** The same names, where the reference leaves them out, too. */
const NOT_IN_REFERENCE = ['probe.omit.env-vars', 'probe.token', 'native']

/** Options of commands that each have a parser of their own, which has few of them. */
const OF_OTHER_COMMANDS = [
  ...['json', 'follow', 'link', 'join', 'role', 'verify', 'probe', 'unverified', 'help', 'version'],
]
/** Of `docker run` and `docker`, as the documents name them on their own. */
const OF_DOCKER = [
  ...['cpus', 'pid', 'net', 'network', 'cgroupns', 'privileged', 'security-opt', 'cap-add', 'cap-drop'],
  ...['userns', 'volume', 'env', 'name', 'restart', 'stop-timeout', 'build-arg', 'log-driver'],
]
/** Of other programs. */
const OF_OTHERS = [
  'password',
  'password-file',
  'http-addr',
  'minutes',
  'seed',
  'project',
  'changing',
  'sockets',
]

const optionsOfControls = Object.values(optionsOf).flatMap((options) => Object.keys({ ...ofApp, ...options }))
const parsed = new Set([...optionDefinitions.keys(), ...optionsOfControls])
const known = new Set([...parsed, ...OF_OTHER_COMMANDS])

const namesIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])--([a-z][a-z0-9.-]*[a-z0-9])/g)].map(([, name = '']) => name)
/** What is told of Scope itself: an option on its own, or a command line of Scope. */
const spansOfScope = (document: Document): string =>
  codeSpans(document)
    .filter((span) => /^(-|(sudo )?(\.\/)?scope )/.test(span))
    .join('\n')
const unknownIn = (text: string, others: Iterable<string> = []): string[] => {
  const also = new Set(others)
  return [...new Set(namesIn(text))].filter((name) => !known.has(name) && !also.has(name))
}

describe('options that are told', () => {
  it('finds one that does not exist', () => {
    expect(unknownIn('`--app.windw=5s`, --app.window, a--b, and ---')).toEqual(['app.windw'])
  })

  it('help tells only what the commands take', () => {
    expect(unknownIn(help)).toEqual([])
  })

  it('help tells all that they take', () => {
    const told = new Set(namesIn(help))
    // Options of one letter have a long name that the reference tells.
    const shortOnly = ['no-tty', 'tty', 'interactive', 'user', 'workdir', 'follow', 'timestamps']
    const left = [...parsed].filter(
      (name) => !told.has(name) && ![...NOT_IN_HELP, ...shortOnly].includes(name),
    )
    expect(left).toEqual([])
  })

  it('the reference tells all that they take', () => {
    const told = new Set(codeSpans(reference).flatMap(namesIn))
    // `-it` is what people are used to write; input is passed on anyway.
    const left = [...parsed].filter(
      (name) => !told.has(name) && ![...NOT_IN_REFERENCE, 'interactive'].includes(name),
    )
    expect(left).toEqual([])
  })

  it.each(all.map((document) => [document.path, document] as const))(
    '%s tells only those that exist',
    (_path, document) => {
      const ofWeaveScope = document.path === 'CHANGELOG.md' ? passedOverOptions.keys() : []
      expect(unknownIn(spansOfScope(document), [...OF_DOCKER, ...OF_OTHERS, ...ofWeaveScope])).toEqual([])
    },
  )
})

describe('commands that are told', () => {
  const allowed = (/^commands='(.*)'$/m.exec(launcher)?.[1] ?? '').split(', ')

  it('help tells all that the launcher takes, and no other', () => {
    const told = [...help.matchAll(/^ {2}scope ([a-z|\- ]+)/gm)].flatMap(([, names = '']) =>
      names.split(/[ |]+/),
    )
    expect(allowed.filter((name) => !told.includes(name))).toEqual([])
  })

  it.each(all.map((document) => [document.path, document] as const))(
    '%s tells only those that exist',
    (_path, document) => {
      const told = codeSpans(document).flatMap(
        (span) => /^(?:sudo )?(?:\.\/)?scope ([a-z-]+)/.exec(span)?.[1] ?? [],
      )
      expect(told.filter((name) => !allowed.includes(name))).toEqual([])
    },
  )
})
