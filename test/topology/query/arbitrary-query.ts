import fc from 'fast-check'
import { allOf, anyOf, conditions, type Query, type Term } from '../../../src/topology/query/language/ast.ts'
import { canonicalField, fieldOf, fields, isNumeric } from '../../../src/topology/query/language/fields.ts'
import type { Pattern } from '../../../src/topology/query/language/pattern.ts'
import type { Quantity, Unit } from '../../../src/topology/query/language/quantity.ts'

const words = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    'and',
    'OR',
    'not',
    '-x',
    'name:x',
    'is:y',
    'a"b',
    '\\',
    '*',
    '(',
    'a b',
    'host',
    'cpu>2',
    '=',
    '>',
    ':',
    'a|b',
    '|',
    'http:',
  ),
)

const isTidy = ({ pieces }: Pattern): boolean => !pieces.slice(1, -1).includes('')

const patterns: fc.Arbitrary<Pattern> = fc
  .array(words, { minLength: 1, maxLength: 3 })
  .map((pieces) => ({ pieces }))
  .filter(isTidy)

const operators = fc.constantFrom(':', '=', '!=')
const named = (keep: (type: string) => boolean): string[] =>
  fields.filter(({ type }) => keep(type)).map(({ name }) => name)
const textFields = named((type) => type === 'text' || type === 'address')
const labels = fc.constantFrom('label.tier', 'label.a/b-c.d', 'env.PATH')

const numbers = fc.oneof(
  fc.integer({ min: -(10 ** 6), max: 10 ** 9 }),
  fc.integer({ min: 0, max: 10 ** 6 }).map((n) => n / 1000),
)
const unitsOf: Readonly<Record<string, readonly (Unit | undefined)[]>> = {
  percent: [undefined, '%'],
  bytes: [undefined, 'k', 'g', 'mb', 'gib', 'b'],
  time: [undefined, 'us', 'ms', 's', 'min'],
  count: [undefined, 'k', 'm'],
}
const quantities = (type: string): fc.Arbitrary<Quantity> =>
  fc
    .tuple(numbers, fc.constantFrom(...(unitsOf[type] ?? [undefined])))
    .map(([number, unit]) => (unit === undefined ? { number } : { number, unit }))

const comparisons = fc.constantFrom(...fields.filter(({ type }) => isNumeric(type))).chain(({ name, type }) =>
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant(name),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    quantity: quantities(type),
  }),
)

const listening = fc.oneof(
  fc.record({
    kind: fc.constant('match' as const),
    field: fc.constant('listen'),
    operator: operators,
    pattern: fc
      .constantFrom('0.0.0.0', '[::]:80', '::1', ':443', '10.0.0.0/8', '127.0.0.1:5432')
      .map((piece) => ({ pieces: [piece] })),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('listen'),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    quantity: quantities('count'),
  }),
)

const choices = fc
  .constantFrom(
    ...fields.flatMap(({ name, words }) => [...new Set(words?.values())].map((word) => ({ name, word }))),
  )
  .map(({ name, word }) => ({
    kind: 'match' as const,
    field: name,
    operator: ':' as const,
    pattern: { pieces: [word] },
  }))

const otherNames = fc
  .constantFrom('nginx', 'http', 'fe80', 'shop/cart', 'process_cpu_usage_percent', 'tier', 'x')
  .filter((name) => fieldOf(name) === undefined && canonicalField(name) === undefined)

const terms = fc.oneof(
  fc.record({ kind: fc.constant('text'), pattern: patterns }),
  fc.record({
    kind: fc.constant('match'),
    field: fc.oneof(fc.constantFrom(...textFields), labels),
    operator: operators,
    pattern: patterns,
  }),
  fc.record({
    kind: fc.constant('other'),
    name: otherNames,
    operator: fc.constantFrom(':', '='),
    pattern: patterns,
  }),
  comparisons,
  listening,
  choices,
  fc.record({ kind: fc.constant('is'), condition: fc.constantFrom(...conditions) }),
  fc.record({ kind: fc.constant('external'), value: fc.boolean() }),
) as fc.Arbitrary<Term>

/** Any query that a text can say. */
export const queries: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    terms,
    fc.array(tie('query'), { minLength: 1, maxLength: 3 }).map(allOf),
    fc.array(tie('query'), { minLength: 1, maxLength: 3 }).map(anyOf),
    tie('query').map((query): Query => ({ kind: 'not', query })),
  ),
})).query
