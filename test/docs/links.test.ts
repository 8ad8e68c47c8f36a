import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsOf, linksOf } from '../support/docs/anchors.ts'
import { type Document, documents } from '../support/docs/documents.ts'

const checkout = join(import.meta.dirname, '../..')
const all = documents()
const byPath = new Map(all.map((document) => [document.path, document]))

/** Why a link leads nowhere; undefined when it does lead somewhere. */
const broken = (from: Document, path: string, anchor: string | undefined): string | undefined => {
  const target = path === '' ? from.path : normalize(join(dirname(from.path), path))
  if (!existsSync(join(checkout, target))) return `there is no ${target}`
  if (anchor === undefined) return undefined
  const document = byPath.get(target)
  if (document === undefined) return `${target} has no headings`
  return anchorsOf(document).has(anchor) ? undefined : `${target} has no heading for #${anchor}`
}

describe('anchors of headings', () => {
  it.each([
    ['# What it shows', 'what-it-shows'],
    ['## Using one: `POST /api/control/{probeId}`', 'using-one-post-apicontrolprobeid'],
    ['### [Some](of.md) `scope user_add`, now', 'some-scope-user_add-now'],
    ['# Größe – 5 %', 'größe--5-'],
    ['text\n```sh\n# a comment\n```\n# Heading', 'heading'],
    ['# Twice\n# Twice', 'twice twice-1'],
  ])('%j', (text, anchors) => {
    expect([...anchorsOf({ path: 'a.md', text })].join(' ')).toBe(anchors)
  })
})

describe('tables of documents', () => {
  it('have as many cells in each row as in their head', () => {
    const cellsOf = (row: string) => row.replaceAll(/`[^`]*`|\\\|/g, '').split('|').length
    const uneven = all.flatMap(({ path, text }) => {
      const lines = text.split('\n')
      let head: number | undefined
      return lines.flatMap((line, at) => {
        if (!line.startsWith('|')) head = undefined
        else head ??= cellsOf(line)
        return head !== undefined && cellsOf(line) !== head ? [`${path}:${at + 1}`] : []
      })
    })
    expect(uneven).toEqual([])
  })
})

describe('links of documents', () => {
  it('finds those that are broken', () => {
    const text =
      '[a](no.md) [b](views.md#no) [c](#no) [d](scope.png#no) `[e](no.md)` <img src="no.svg">\n# Here'
    const from = { path: 'docs/api.md', text }
    expect(linksOf(from).map(({ path, anchor }) => broken(from, path, anchor))).toEqual([
      'there is no docs/no.md',
      'docs/views.md has no heading for #no',
      'docs/api.md has no heading for #no',
      'docs/scope.png has no headings',
      'there is no docs/no.svg',
    ])
  })

  it.each(all.map((document) => [document.path, document] as const))('%s', (_path, document) => {
    const faults = linksOf(document).flatMap(({ to, path, anchor }) => {
      const reason = broken(document, path, anchor)
      return reason === undefined ? [] : [`${to}: ${reason}`]
    })
    expect(faults).toEqual([])
  })

  it('lead from the README to each document for users', () => {
    const reached = new Set(linksOf(byPath.get('README.md') as Document).map(({ path }) => path))
    const told = all.map(({ path }) => path).filter((path) => path.startsWith('docs/'))
    expect(told.filter((path) => !reached.has(path))).toEqual([])
  })
})
