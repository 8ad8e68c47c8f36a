import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The looks that the page has. */
export const themes = [
  { colorScheme: 'dark', contrast: 'no-preference' },
  { colorScheme: 'light', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'more' },
  { colorScheme: 'light', contrast: 'more' },
] as const

/** One of {@link themes}. */
export type Theme = (typeof themes)[number]

/** What the page is looked at on: its width, in which themes, and how large at least what can be pressed must be. */
export const devices = [
  { where: 'on a laptop', width: 1280, inThemes: themes, least: 0 },
  { where: 'on a phone', width: 390, inThemes: themes.slice(0, 1), least: 44 },
]

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Those whose outcome depends on the theme. */
const colourRules: axe.RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/**
 * What axe-core finds wrong with what a page shows, by WCAG 2.2 A and AA and by its own good practice; themes differ in colours only.
 * The page must have been given axe-core ({@link giveAxe}).
 */
export const violations = async (page: Page, inThemes: readonly Theme[]): Promise<readonly string[]> => {
  const all: string[] = []
  for (const [at, { colorScheme, contrast }] of inThemes.entries()) {
    await page.emulateMedia({ colorScheme, contrast })
    const shown = contrast === 'more' ? 'more' : 'normal'
    await page.locator(`html[data-theme=${colorScheme}][data-contrast=${shown}]`).waitFor()
    for (const fault of await run(page, at === 0 ? rules : colourRules))
      all.push(`${colorScheme}, contrast ${contrast}: ${fault}`)
  }
  return all
}

/** The same for the colours that a page has just now, whatever its system asks for. */
export const asItIs = (page: Page): Promise<readonly string[]> => run(page, colourRules)

const run = async (
  page: Page,
  runOnly: NonNullable<axe.RunOptions['runOnly']>,
): Promise<readonly string[]> => {
  const violationsBy = (options: axe.RunOptions) =>
    page.evaluate<axe.Result[]>(
      `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], runOnly, ...options })}).then(({ violations }) => violations)`,
    )
  // How to select each element that it has looked at takes axe-core as long as all the rest: that is asked only when something is wrong.
  const found = await violationsBy({ selectors: false })
  const selected = found.length > 0 ? await violationsBy({}) : []
  return [...selected, ...found.filter((one) => !selected.some(({ id }) => id === one.id))].flatMap(
    ({ id, nodes }) =>
      nodes.map(
        ({ target, html, failureSummary }) => `${id}: ${target?.join(' ') ?? html}: ${failureSummary}`,
      ),
  )
}

/**
 * What can be pressed and is smaller than a finger needs, with its size; boxes of resources and names of a matrix are as large as what they stand for, and a box
 * to tick is as large as its label.
 */
export const tooSmall = (page: Page, least: number): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('button:not(.box, .matrix-name), a[href], select, summary, input, [role=option]')]
    .map((one) => one.closest('label') ?? (one.matches('[type=checkbox], [type=radio]') ? one.labels[0] : undefined) ?? one)
    .filter((one) => !one.closest('.for-readers') && one.checkVisibility({ visibilityProperty: true }))
    .map((one) => ({ one, size: one.getBoundingClientRect() }))
    .filter(({ size }) => size.width > 1 && Math.min(size.width, size.height) < ${least} - 0.5)
    .map(({ one, size }) => one.outerHTML.slice(0, 120) + ': ' + size.width + ' × ' + size.height)`)

/** Gives a page axe-core, until it is loaded again. */
export const giveAxe = (page: Page): Promise<unknown> => page.evaluate(axe.source)
