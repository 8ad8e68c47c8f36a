import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultNamedServices, namedServices } from '../../src/topology/named-services.ts'
import { shortestMsOf } from '../support/shortest-time.ts'

describe('services known by name', () => {
  test.each([
    ['s3.amazonaws.com', true],
    ['S3.AmazonAWS.com.', true],
    ['shop.eu-west-1.rds.amazonaws.com', true],
    ['amazonaws.com', false],
    ['s3.amazonaws.com.example.org', false],
    ['s3xamazonaws.com', false],
    ['ec2-4-4-4-4.compute-1.amazonaws.com', false],
    ['storage.googleapis.com', true],
    ['shop.database.windows.net', true],
    ['example.org', false],
    ['', false],
  ])('%j: %s', (name, expected) => {
    expect(namedServices(defaultNamedServices)(name)).toBe(expected)
  })

  test.each([
    [[], 'anything.example', false],
    [['*.example'], 'a.example', true],
    [['*.example'], 'axexample', false],
    [['a.b+c.example'], 'a.b+c.example', true],
    [['a.b+c.example'], 'a.bbc.example', false],
    [['api-*.example'], 'api-7.example', true],
    [['*.example', '!dyn*.example'], 'dyn1.example', false],
    [['!dyn*.example'], 'a.example', false],
  ])('of %j: %s: %s', (patterns, name, expected) => {
    expect(namedServices(patterns)(name)).toBe(expected)
  })
})

describe('a pattern with several *', () => {
  test('matches as the regular expression that says the same', () => {
    const pattern = fc.stringMatching(/^[ab*]{1,4}(\.[ab*]{1,3}){1,2}$/)
    const name = fc.stringMatching(/^[ab.]{0,14}$/)
    fc.assert(
      fc.property(pattern, name, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.+')}$`)
        const plain = name.replace(/\.$/, '')
        expect(namedServices([pattern])(name)).toBe(expression.test(plain))
      }),
      { numRuns: 5000 },
    )
  })

  test('costs what the name is long', () => {
    const isNamed = namedServices(['*a*a*a*b*.example.com'])
    const timeMs = (length: number): number => {
      const name = `${'a'.repeat(length)}.example.com`
      return shortestMsOf(() => {
        for (let i = 0; i < 5000; i++) isNamed(name)
      })
    }
    timeMs(100)
    expect(timeMs(2000)).toBeLessThan(100 * timeMs(100))
  })
})
