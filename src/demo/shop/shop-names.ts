const NAMES = [
  'garden',
  'books',
  'toys',
  'music',
  'sports',
  'kitchen',
  'fashion',
  'outdoor',
  'pets',
  'garage',
  'office',
  'beauty',
  'games',
  'travel',
  'wine',
  'art',
  'baby',
  'bikes',
  'coffee',
  'films',
  'health',
  'home',
  'shoes',
  'tools',
  'radio',
] as const

/**
 * Unique name of a shop in a large story.
 *
 * @param index counts from 0
 */
export const shopName = (index: number): string => {
  const name = NAMES[index % NAMES.length] as string
  const round = Math.floor(index / NAMES.length)
  return round === 0 ? name : `${name}-${round + 1}`
}
