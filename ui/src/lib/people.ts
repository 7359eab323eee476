import type { PeopleFilter } from "./door";

/** Everybody. */
export const noFilter: PeopleFilter = { search: "", class: null, state: null, wave: null, unsettled: false, pilot: null, set: null };

/** How many people are asked for at once. */
export const PAGE = 100;
