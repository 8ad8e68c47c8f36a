import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_QUERY_LENGTH } from '../../../src/api/limits.ts'
import type { Query } from '../../../src/topology/query/language/ast.ts'
import { MAX_QUERY_DEPTH, parseQuery } from '../../../src/topology/query/language/parse.ts'
import { printQuery } from '../../../src/topology/query/language/print.ts'
import { QueryError } from '../../../src/topology/query/language/query-error.ts'
import { queries } from './arbitrary-query.ts'

const text = (...pieces: string[]): Query => ({ kind: 'text', pattern: { pieces } })
const match = (field: string, operator: ':' | '=' | '!=', ...pieces: string[]): Query => ({
  kind: 'match',
  field,
  operator,
  pattern: { pieces },
})
const other = (name: string, operator: ':' | '=' | '!=', ...pieces: string[]): Query => ({
  kind: 'other',
  name,
  operator,
  pattern: { pieces },
})
const compare = (
  field: string,
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=',
  number: number,
  unit?: string,
): Query => ({ kind: 'compare', field, operator, quantity: unit ? { number, unit } : { number } }) as Query
const and = (...list: Query[]): Query => ({ kind: 'and', queries: list })
const or = (...list: Query[]): Query => ({ kind: 'or', queries: list })
const not = (query: Query): Query => ({ kind: 'not', query })

describe('parseQuery', () => {
  it.each<[string, Query]>([
    ['', { kind: 'everything' }],
    ['  \t ', { kind: 'everything' }],
    ['redis', text('redis')],
    ['Redis 7', and(text('Redis'), text('7'))],
    ['redis and 7 AND x', and(text('redis'), text('7'), text('x'))],
    ['a or b c or d', or(text('a'), and(text('b'), text('c')), text('d'))],
    ['(a or b) c', and(or(text('a'), text('b')), text('c'))],
    ['((a b)) c', and(text('a'), text('b'), text('c'))],
    ['-a', not(text('a'))],
    ['not a b', and(not(text('a')), text('b'))],
    ['-(a or b)', not(or(text('a'), text('b')))],
    ['--a', not(not(text('a')))],
    ['"and"', text('and')],
    ['android', text('android')],
    ['"a b"', text('a b')],
    ['"a \\"b\\" \\\\ \\n"', text('a "b" \\ \\n')],
    ['a"b c"d', text('ab cd')],
    ['""', text('')],
    ['web*', text('web', '')],
    ['a**b', text('a', 'b')],
    ['"*"', text('*')],
    ['"a b"*', text('a b', '')],
    ['name:web', match('name', ':', 'web')],
    ['NAME:web', match('name', ':', 'web')],
    ['name:"a b"', match('name', ':', 'a b')],
    ['name="web"*', match('name', '=', 'web', '')],
    ['command!=sleep', match('cmd', '!=', 'sleep')],
    ['image:nginx:1.25', match('image', ':', 'nginx:1.25')],
    ['label.tier:db', match('label.tier', ':', 'db')],
    ['label:tier=db', match('label', ':', 'tier=db')],
    ['LABEL.app.kubernetes.io/Name=web', match('label.app.kubernetes.io/Name', '=', 'web')],
    ['ip:10.0.0.0/8', match('ip', ':', '10.0.0.0/8')],
    ['ip:fe80::1', match('ip', ':', 'fe80::1')],
    ['host:80', match('host', ':', '80')],
    ['host:*', match('host', ':', '', '')],
    ['cpu:*', match('cpu', ':', '', '')],
    ['cpu>2%', compare('cpu', '>', 2, '%')],
    ['mem>=1.5g', compare('mem', '>=', 1.5, 'g')],
    ['memory<300MB', compare('mem', '<', 300, 'mb')],
    ['rtt>20ms', compare('rtt', '>', 20, 'ms')],
    ['rtt<=5µs', compare('rtt', '<=', 5, 'us')],
    ['rate>10mb/s', compare('rate', '>', 10, 'mb')],
    ['port:5432', compare('port', '=', 5432)],
    ['port!=5432', compare('port', '!=', 5432)],
    ['cpu>-1', compare('cpu', '>', -1)],
    ['docker_cpu_total_usage>5', compare('docker_cpu_total_usage', '>', 5)],
    ['to:db from:web', and(match('to', ':', 'db'), match('from', ':', 'web'))],
    ['external:true', { kind: 'external', value: true }],
    ['external=no', { kind: 'external', value: false }],
    [
      'is:paused -is:Pseudo',
      and({ kind: 'is', condition: 'paused' }, not({ kind: 'is', condition: 'pseudo' })),
    ],
    // no known field before the colon: a text
    ['nginx:1.25', other('nginx', ':', '1.25')],
    ['localhost:80', other('localhost', ':', '80')],
    ['http://x.example/a?b=c', other('http', ':', '//x.example/a?b=c')],
    ['http:', text('http:')],
    ['::1', text('::1')],
    ['fe80::1', other('fe80', ':', ':1')],
    ['2001:db8::1', text('2001:db8::1')],
    ['10.0.0.1:80', text('10.0.0.1:80')],
    ['[::1]:80', text('[::1]:80')],
    ['"host:80"', text('host:80')],
    [':8080', text(':8080')],
    ['=', text('=')],
    ['a!b', text('a!b')],
    ['tier=db', other('tier', '=', 'db')],
    ['tier!=db', other('tier', '!=', 'db')],
    ['Ümlaut:x', other('Ümlaut', ':', 'x')],
    ['shop/cart:1.2', other('shop/cart', ':', '1.2')],
    // spaces around an operator
    ['cpu > 2%', compare('cpu', '>', 2, '%')],
    ['cpu >2% web', and(compare('cpu', '>', 2, '%'), text('web'))],
    ['cpu> 2', compare('cpu', '>', 2)],
    ['cpu > -1', compare('cpu', '>', -1)],
    ['memory <\t10mb', compare('mem', '<', 10, 'mb')],
    ['pid: 12', compare('pid', '=', 12)],
    ['pid : 12', compare('pid', '=', 12)],
    ['command: nginx', match('cmd', ':', 'nginx')],
    ['command: "a b"c', match('cmd', ':', 'a bc')],
    ['docker_cpu_total_usage > 5', compare('docker_cpu_total_usage', '>', 5)],
    ['imagetag: 7', other('imagetag', ':', '7')],
    ['tier = db', other('tier', '=', 'db')],
    ['image: nginx:1.25', match('image', ':', 'nginx:1.25')],
    [
      'external: true is: paused',
      and({ kind: 'external', value: true }, { kind: 'is', condition: 'paused' }),
    ],
    ['web :8080', and(text('web'), text(':8080'))],
    ['vector <int>', and(text('vector'), text('<int>'))],
    ['a or = b', or(text('a'), and(text('='), text('b')))],
    ['http: or x', or(text('http:'), text('x'))],
    ['http: name:x', and(text('http:'), match('name', ':', 'x'))],
    ['http: (x)', and(text('http:'), text('x'))],
    ['"cpu" > 2', and(text('cpu'), text('>'), text('2'))],
    // alternatives
    ['foo|bar', or(text('foo'), text('bar'))],
    ['foo|bar baz', and(or(text('foo'), text('bar')), text('baz'))],
    ['foo | bar baz', or(text('foo'), and(text('bar'), text('baz')))],
    ['foo || bar', or(text('foo'), text('bar'))],
    ['-a|b', not(or(text('a'), text('b')))],
    ['(a)|b', or(text('a'), text('b'))],
    ['a|(b c)', or(text('a'), and(text('b'), text('c')))],
    ['a|"b c"|d*', or(text('a'), text('b c'), text('d', ''))],
    ['a|and', or(text('a'), text('and'))],
    ['"a|b"', text('a|b')],
    ['name:a|b', or(match('name', ':', 'a'), match('name', ':', 'b'))],
    ['name: a|nginx:1', or(match('name', ':', 'a'), match('name', ':', 'nginx:1'))],
    ['name:a|image:b', or(match('name', ':', 'a'), match('image', ':', 'b'))],
    ['is:paused|exited', or({ kind: 'is', condition: 'paused' }, { kind: 'is', condition: 'exited' })],
    ['port:80|443', or(compare('port', '=', 80), compare('port', '=', 443))],
    ['cpu>50|mem>1g', or(compare('cpu', '>', 50), compare('mem', '>', 1, 'g'))],
    ['x|a:b', or(text('x'), other('a', ':', 'b'))],
    ['command: foo(bar|baz)', or(match('cmd', ':', 'foobar'), match('cmd', ':', 'foobaz'))],
    ['api(v1|v2).x', or(text('apiv1.x'), text('apiv2.x'))],
    ['cmd:(a|b)', or(match('cmd', ':', 'a'), match('cmd', ':', 'b'))],
    ['foo(bar)', and(text('foo'), text('bar'))],
    ['foo(a | b)', and(text('foo'), or(text('a'), text('b')))],
    // where somebody listens
    ['listen:8080', compare('listen', '=', 8080)],
    ['listen != 22', compare('listen', '!=', 22)],
    ['listen>=1024', compare('listen', '>=', 1024)],
    ['listen:0.0.0.0', match('listen', ':', '0.0.0.0')],
    ['listening: 127.0.0.1', match('listen', ':', '127.0.0.1')],
    ['listen:[::]:80', match('listen', ':', '[::]:80')],
    ['listen:::1', match('listen', ':', '::1')],
    ['listen::80', match('listen', ':', ':80')],
    ['listen=10.0.0.0/8', match('listen', '=', '10.0.0.0/8')],
    ['listen!=127.0.0.1:80', match('listen', '!=', '127.0.0.1:80')],
    ['listen:*', match('listen', ':', '', '')],
    ['listen:*:80', match('listen', ':', '', ':80')],
    ['used:never', match('used', ':', 'never')],
    ['used:no', match('used', ':', 'never')],
    ['used:yes', match('used', ':', 'yes')],
    ['reachable:yes', match('reachable', ':', 'yes')],
    ['reachable=False', match('reachable', ':', 'no')],
    ['reachable:*', match('reachable', ':', '', '')],
  ])('%s', (source, query) => {
    expect(parseQuery(source)).toEqual(query)
    expect(parseQuery(printQuery(query))).toEqual(query)
  })

  it.each<[string, number, string]>([
    ['(', 1, 'a text or field:value, found the end'],
    ['()', 1, 'a text or field:value, found ")"'],
    ['(a', 2, 'a closing parenthesis, found the end'],
    ['a)', 1, 'the end, or a parenthesis that this one closes, found ")"'],
    ['a or', 4, 'a text or field:value, found the end'],
    ['or a', 0, 'a text or field:value, found "or"'],
    ['a and and b', 6, 'a text or field:value, found "and"'],
    ['a -', 3, 'a text or field:value, found the end'],
    ['a "b', 4, 'a closing quote for the one at character 3'],
    ['x name:', 7, 'a text after name:, found nothing'],
    ['cpu>', 4, 'a share such as 2 or 2% after cpu>, found nothing'],
    ['cpu>high', 4, 'a share such as 2 or 2% after cpu>'],
    ['cpu>2ms', 4, 'a share such as 2 or 2% after cpu>'],
    ['mem>5ms', 4, 'bytes such as 300mb, 1.5g or 4096 after mem>'],
    ['rtt>5mb', 4, 'a time such as 20ms, 1.5s or 20 (milliseconds) after rtt>'],
    ['port:http', 5, 'a number such as 5 or 2k after port:'],
    ['cpu>1e9', 4, 'a share'],
    ['name>5', 4, 'one of : = != after name, whose values are texts, found >'],
    ['is:blue', 3, 'one of pseudo, external, group'],
    ['is>paused', 3, 'one of pseudo'],
    ['external:maybe', 9, 'true or false after external:'],
    ['whatever>big', 9, 'a number after whatever>'],
    ['cpu > ', 5, 'a share such as 2 or 2% after cpu>, found nothing'],
    ['cpu > high', 6, 'a share such as 2 or 2% after cpu>'],
    ['to: from:web', 3, 'a text after to:, found nothing'],
    ['|a', 0, 'a text or field:value, found "|"'],
    ['a|', 2, 'a text or field:value, found the end'],
    ['a ||| or b', 6, 'a text or field:value, found "or"'],
    ['port:80|https', 8, 'a number such as 5 or 2k after port:'],
    [
      'listen:http',
      7,
      'a port such as 8080, an address such as 0.0.0.0, or both as in 0.0.0.0:80 or [::]:80 after listen:',
    ],
    ['listen:0.0.0.0:99999', 7, 'a port such as 8080'],
    [
      'listen:',
      7,
      'a port such as 8080, an address such as 0.0.0.0, or both as in 0.0.0.0:80 or [::]:80 after listen:, found',
    ],
    ['listen>0.0.0.0', 7, 'a number such as 5 or 2k after listen>'],
    ['reachable:maybe', 10, 'one of yes, no after reachable:'],
    ['reachable>1', 9, 'one of : = != after reachable, whose values are words, found >'],
    [`a${'(b|c)'.repeat(7)}`, 0, 'at most 64 alternatives in a word'],
    [`a${'|a'.repeat(64)}`, 0, 'at most 64 alternatives in a word'],
  ])('%s fails at %d: %s', (source, offset, expected) => {
    expect(() => parseQuery(source)).toThrow(
      expect.objectContaining({
        name: 'QueryError',
        offset,
        message: expect.stringContaining(`at character ${offset + 1}: expected ${expected}`),
      }),
    )
  })

  it('bounds length and depth', () => {
    expect(parseQuery('a'.repeat(MAX_QUERY_LENGTH))).toEqual(text('a'.repeat(MAX_QUERY_LENGTH)))
    expect(() => parseQuery('a'.repeat(MAX_QUERY_LENGTH + 1))).toThrow(QueryError)
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`
    expect(parseQuery(nested(MAX_QUERY_DEPTH))).toEqual(text('a'))
    expect(() => parseQuery(nested(MAX_QUERY_DEPTH + 1))).toThrow('at most 32 parentheses within each other')
    expect(() => parseQuery(`${'-'.repeat(500)}a`)).toThrow(QueryError)
    expect(parseQuery('(a) '.repeat(200))).toMatchObject({ kind: 'and' })
  })
})

it('reads back whatever it prints', () => {
  fc.assert(
    fc.property(queries, (query) => {
      expect(parseQuery(printQuery(query))).toEqual(query)
    }),
    { numRuns: 2000 },
  )
})

const pieces = fc.constantFrom(
  ...[
    '(',
    ')',
    '"',
    '\\',
    '-',
    '*',
    ' ',
    ':',
    '=',
    '|',
    'a(b|c)',
    '!',
    '<',
    '>',
    '%',
    'and',
    'or',
    'not',
    'is',
    'cpu',
    'name',
    'a',
  ],
  ...['paused', '5', '1.5g', 'label.', 'to', 'port', '\u0000', '\ud83d', 'İ', '\n'],
)
const nearQueries = fc.array(pieces, { maxLength: 60 }).map((list) => list.join(''))

it('answers any text with a query or a place in it', () => {
  fc.assert(
    fc.property(fc.oneof(nearQueries, fc.string({ unit: 'binary' })), (source) => {
      try {
        const query = parseQuery(source)
        const printed = printQuery(query)
        if (printed.length <= MAX_QUERY_LENGTH) expect(parseQuery(printed)).toEqual(query)
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        expect(error.offset).toBeGreaterThanOrEqual(0)
        expect(error.offset).toBeLessThanOrEqual(source.length)
        expect(error.expected).not.toBe('')
      }
    }),
    { numRuns: 5000 },
  )
})

it('takes every example of the documentation', () => {
  const page = readFileSync(new URL('../../../docs/queries.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const firstTable = rows.slice(
    0,
    rows.findIndex((row) => row.startsWith('| `name`')),
  )
  const examples = firstTable.flatMap((row) =>
    Array.from(row.split(' | ')[0]?.matchAll(/`([^`]+)`/g) ?? [], ([, example = '']) => example),
  )
  expect(examples.length).toBeGreaterThan(20)
  for (const example of examples)
    expect(parseQuery(printQuery(parseQuery(example)))).toEqual(parseQuery(example))
})
