import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { complete } from '../../../src/topology/query/offer/complete.ts'
import { vocabularyOf } from '../../../src/topology/query/offer/vocabulary.ts'
import { renderView } from '../../../src/topology/render.ts'
import { held } from '../../support/reports/reports.ts'
import { shop } from './shop.ts'

const options = { stopped: 'both', system: 'all', pseudo: 'show', unconnected: 'show' }
const vocabulary = vocabularyOf(
  ['containers', 'processes'].map((id) => renderView(id, options, [held(shop())])),
)

/** The text with a choice made, for each item. `|` is the place. */
const ways = (marked: string): string[] => {
  const at = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { from, to, items } = complete(text, at, vocabulary)
  return items.map((item) => text.slice(0, from) + item.text + text.slice(to))
}

describe('complete', () => {
  it.each<[string, string[]]>([
    ['|', ['name:', 'image:', 'is:', 'cpu>', 'to:']],
    ['im|', ['image:']],
    ['cart im|', ['cart image:']],
    ['(im|', ['(image:']],
    ['-im|', ['-image:']],
    ['mem|', ['mem>', 'mem<', 'mem=', 'mem!=']],
    ['memo|', ['mem>']],
    ['image|', ['image:', 'image=', 'image!=']],
    ['ca|', ['cart', 'cache']],
    ['shop-d|', ['shop-db']],
    ['cart o|', ['cart or', 'cart open>']],
    ['is:pa|', ['is:paused']],
    ['is:tr|', ['is:trouble']],
    ['external:|', ['external:true', 'external:false']],
    ['image:|', ['image:shop/cart:1.2', 'image:nginx:1.25']],
    ['image:ngi| x', ['image:nginx:1.25 x']],
    ['image:ngi|nx x', ['image:nginx:1.25 x']],
    ['image:"ngi|', ['image:nginx:1.25']],
    ['image:"ngi|nx stable" x', ['image:nginx:1.25 x']],
    ['image:"ngi|nx (\\"stable\\")"|x', ['image:nginx:1.25|x']],
    ['image:"ngi| name:"a b"', ['image:nginx:1.25 name:"a b"']],
    ['im|age:"a b" x', ['image: x']],
    ['"sho|p one" x', ['shop-db x']],
    ['x |"a b"', ['x image:']],
    ['label.|', ['label.tier:', 'label.com.docker.compose.project:']],
    ['label.ti|', ['label.tier:']],
    ['label.tier:|', ['label.tier:front', 'label.tier:middle']],
    ['port:|', ['port:5432', 'port:443']],
    ['to:post|', ['to:postgres']],
    ['state:unh|', ['state:unhealthy', 'state:"running (unhealthy)"']],
    ['reachable:|', ['reachable:yes', 'reachable:no']],
    ['reach|', ['reachable:']],
    ['listen|', ['listen:', 'listen=']],
    ['listen:|', ['listen:5432', 'listen:0.0.0.0:5432', 'listen:[::]:9000']],
    ['listen: 0.0|', ['listen: 0.0.0.0:5432']],
    ['image: ngi|', ['image: nginx:1.25']],
    ['is: |', ['is: paused']],
    ['cpu>|', []],
    ['cpu > |', []],
    ['nobody:|', []],
  ])('%s', (marked, expected) => {
    const offered = ways(marked)
    if (expected.length === 0) expect(offered).toEqual([])
    else expect(offered).toEqual(expect.arrayContaining(expected))
  })

  it.each([`a${'|a'.repeat(64)}`, `x${'(a|b)'.repeat(7)}`])(
    'offers nothing in a word that can be a part of no query: %s',
    (text) => {
      for (const at of [text.length, text.length + 1])
        expect(complete(`${text} `, at, vocabulary).items).toEqual([])
    },
  )

  it.each([
    ['is:exited|pau', 'is:exited|paused'],
    ['name:web|', 'name:web|image:'],
    ['web |', 'web |image:'],
    ['cart|shop-d', 'cart|shop-db'],
    ['web|im', 'web|image:'],
  ])('an alternative: %s', (text, expected) => {
    const { from, items } = complete(text, text.length, vocabulary)
    expect(items.map((item) => text.slice(0, from) + item.text)).toContain(expected)
  })

  it.each([
    ['o|', []],
    ['n|', ['not']],
    ['(a|', []],
    ['-o|', []],
    ['not a|', []],
    ['cart or o|', []],
    ['cart and a|', []],
    ['cart | a|', []],
    ['cart a|', ['and']],
    ['(cart) o|', ['or']],
    ['image: x a|', ['and']],
    ['cart|a|', []],
    ['cart|n|', []],
  ])('keywords where they can stand: %s', (marked, expected) => {
    const at = marked.lastIndexOf('|')
    const { items } = complete(marked.slice(0, at), at, vocabulary)
    expect(items.filter(({ kind }) => kind === 'keyword').map(({ text }) => text)).toEqual(expected)
  })

  it('leaves a text that can be parsed one that can be, wherever a value is chosen', () => {
    const part = fc.constantFrom('c', 'image:', 'name:', '"', '"a b"', '\\"', '|', ' ', ' ', '(x)')
    const texts = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''))
    const isParsed = (text: string) => {
      try {
        parseQuery(text)
        return true
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(texts.filter(isParsed), fc.nat(40), (text, at) => {
        const { from, to, items } = complete(text, at, vocabulary)
        for (const item of items)
          if (item.kind === 'value') {
            const chosen = text.slice(0, from) + item.text + text.slice(to)
            expect(isParsed(chosen), `${JSON.stringify(text)} at ${at}: ${chosen}`).toBe(true)
          }
      }),
      { numRuns: 500 },
    )
  })

  it('says how many nodes have a value', () => {
    expect(complete('label.tier:fr', 13, vocabulary).items).toEqual([
      { text: 'front', kind: 'value', detail: '', count: 1 },
    ])
  })

  it('offers what can be parsed, wherever it is asked', () => {
    const texts = fc
      .array(fc.constantFrom('(', ')', '"', '-', ':', '>', ' ', 'label.', 'image', 'c', 'is', 'or'), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, fc.integer({ min: -1, max: 60 }), (text, at) => {
        const { from, to, items } = complete(text, at, vocabulary)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeGreaterThanOrEqual(from)
        expect(to).toBeLessThanOrEqual(text.length)
        for (const { kind, text: item } of items) {
          if (kind === 'value')
            parseQuery(from > 0 && /[:=<>]$/.test(text.slice(0, from)) ? `name:${item}` : item)
        }
      }),
      { numRuns: 500 },
    )
  })
})
