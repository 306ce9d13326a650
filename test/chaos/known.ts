/**
 * What the sample leaves out until the product is mended: kinds of journeys, faults, temperaments, acts or upheavals.
 * `npm run chaos` leaves nothing out.
 */
export const WITHOUT: readonly string[] = [];
