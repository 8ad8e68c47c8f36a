import { expect, test } from 'vitest'
import type { Canvas2D } from '../../../../web/draw/frame.ts'
import { createTextMeasure } from '../../../../web/draw/text/text-measure.ts'
import { settings } from '../../../../web/settings.ts'

/** Counts the texts that each canvas measures. */
const setUp = () => {
  const measured: string[][] = []
  const newContext = () => {
    const texts: string[] = []
    measured.push(texts)
    const measureText = (text: string) => {
      texts.push(text)
      return { width: 7 * text.length }
    }
    return { font: '', measureText } as unknown as Canvas2D
  }
  return { measured, measure: createTextMeasure(newContext, 'sans-serif', settings.label) }
}

test('a text is measured once', () => {
  const { measured, measure } = setUp()
  expect([measure.width('web', 'name'), measure.width('web', 'name')]).toEqual([21, 21])
  expect(measured).toEqual([['web']])
})

test('no canvas measures very many texts, since browsers keep what one has measured', () => {
  const { measured, measure } = setUp()
  const texts = Array.from({ length: 2500 }, (_, at) => `container-${at}`)
  for (const text of texts) expect(measure.width(text, 'name')).toBe(7 * text.length)
  expect(measured.map(({ length }) => length)).toEqual([1000, 1000, 500])
  expect(measured.flat()).toEqual(texts)
})
