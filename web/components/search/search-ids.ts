/** Element id of the list, which the search box refers to. */
export const listId = 'search-list'

/** Element id of a suggestion by its index in the list. */
export function optionId(index: number): string {
  return `search-option-${index}`
}
