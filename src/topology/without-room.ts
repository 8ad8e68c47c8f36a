/**
 * The same list without room for more. A list that was made by adding one after the other, also by `flatMap` or by spreading lists, has
 * room for sixteen more, which is several times of what a short one takes: so it is for lists that are kept long and in great numbers.
 */
export const withoutRoom = <T>(list: readonly T[]): T[] => list.slice()
