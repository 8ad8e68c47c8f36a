import { expect, it } from 'vitest'
import { entityTags, knownTag } from '../../../../src/app/http/sending/entity-tags.ts'

it('makes tags that are valid, and all different', () => {
  const [one, other] = [entityTags(), entityTags()]
  const made = [one(), one(), other(), other()]
  expect(new Set(made).size).toBe(4)
  for (const tag of made) expect(tag).toMatch(/^"[\w.-]+"$/)
})

it.each([
  ['nothing', undefined, undefined],
  ['its tag', '"b"', '"b"'],
  ['any', '*', '"a"'],
  ['any, with spaces', ' * ', '"a"'],
  ['one of several', '"x", "b" ,"y"', '"b"'],
  ['several, of which the preferred one counts', '"b", "a"', '"a"'],
  ['a weak one', 'W/"a"', '"a"'],
  ['weak ones without spaces', 'W/"x",W/"b"', '"b"'],
  ['others', '"x", W/"y"', undefined],
  ['a tag with a comma in it', '"x,y", "a"', '"a"'],
  ['a tag that only contains it', '"aa"', undefined],
  ['no quotes', 'a', undefined],
  ['an empty field', '', undefined],
  ['an asterisk among tags', '"x", *', undefined],
])('finds what is known by %s', (_, header, known) => {
  expect(knownTag(header, ['"a"', '"b"'])).toBe(known)
})
