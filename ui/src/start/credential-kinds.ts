/** The two kinds of credentials. */
export type Kind = "token" | "serviceApp";

export const kinds: { value: Kind; label: string }[] = [
  { value: "token", label: "API token" },
  { value: "serviceApp", label: "Service app (OAuth, recommended)" },
];
