import { codeOfHash } from '../domain/account/code.ts'

/**
 * Takes the one-time code of a sign-in link out of the page's address, if it has one. The entry of the browser's history
 * is replaced, so that the code is neither shown nor reached by the back button.
 *
 * @param hash the location hash to show instead
 */
export function takeCode(hash: string): string | undefined {
  const code = codeOfHash(location.hash)
  if (code !== undefined) history.replaceState(null, '', `${location.pathname}${location.search}${hash}`)
  return code
}
