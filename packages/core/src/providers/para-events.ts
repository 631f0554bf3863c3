/** The `ParaObject` that an event is about: these fields are on every one, others depend on its type. */
export interface ParaObject {
  readonly id?: string;
  /** The object's type, such as `user` or `question`; a webhook's `typeFilter` goes by it. */
  readonly type?: string;
  readonly name?: string;
  readonly appid?: string;
  readonly parentid?: string;
  readonly creatorid?: string;
  /** When the object was created, in milliseconds since 1970. */
  readonly timestamp?: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly updated?: number;
  readonly [field: string]: unknown;
}

/** The body of every Para event. */
export interface ParaBody<Event extends string = string, Item = ScooldObject> {
  readonly appid: string;
  readonly event: Event;
  /** When it happened, in milliseconds since 1970. */
  readonly timestamp: number;
  /** The objects that were created, updated or deleted; the single-object events carry one item, and `type` tells which one it is. */
  readonly items: readonly Item[];
}

/** A question, an answer, or one that awaits a moderator's approval. */
export interface ScooldPost extends ParaObject {
  readonly title?: string;
  /** Markdown. */
  readonly body?: string;
  readonly tags?: readonly string[];
  readonly votes?: number;
  readonly viewcount?: number;
  readonly space?: string;
  /** The moderator who has closed the question. */
  readonly closerid?: string;
  readonly revisionid?: string;
}

export interface ScooldQuestion extends ScooldPost {
  readonly type: "question" | "unapprovedquestion";
  readonly title: string;
  readonly tags: readonly string[];
  readonly answercount?: number;
  /** The accepted answer. */
  readonly answerid?: string;
}

/** An answer; `parentid` is its question. */
export interface ScooldAnswer extends ScooldPost {
  readonly type: "reply" | "unapprovedreply";
  readonly body: string;
}

/** A comment; `parentid` is the post. */
export interface ScooldComment extends ParaObject {
  readonly type: "comment";
  readonly comment: string;
  readonly authorName?: string;
  readonly hidden?: boolean;
}

/** A user as Scoold shows it; the account is a {@link ParaUser}. */
export interface ScooldProfile extends ParaObject {
  readonly type: "profile";
  readonly picture?: string;
  readonly location?: string;
  readonly aboutme?: string;
  readonly groups?: string;
  readonly badges?: string;
  readonly votes?: number;
  readonly spaces?: readonly string[];
}

/** A report to the moderators; `parentid` is what it is about. */
export interface ScooldReport extends ParaObject {
  readonly type: "report";
  /** `spam`, `offensive`, `duplicate`, `incorrect` or `other`. */
  readonly subType: string;
  readonly description?: string;
  readonly content?: string;
  readonly link?: string;
  readonly authorName?: string;
  readonly solution?: string;
  readonly closed?: boolean;
}

/** A post before a change; `parentid` is the post. */
export interface ScooldRevision extends ParaObject {
  readonly type: "revision";
  readonly title?: string;
  readonly body?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly original?: boolean;
}

/** An account of Para. */
export interface ParaUser extends ParaObject {
  readonly type: "user";
  readonly identifier?: string;
  readonly email?: string;
  readonly groups?: string;
  readonly active?: boolean;
  readonly picture?: string;
}

/** Every other type that Para and Scoold have. */
export interface ParaOtherObject extends ParaObject {
  readonly type: "address" | "badge" | "feedback" | "sticky" | "sysprop" | "tag" | "vote";
}

/** The objects that Para and Scoold store; `type` tells which one it is. */
export type ScooldObject =
  | ScooldQuestion
  | ScooldAnswer
  | ScooldComment
  | ScooldProfile
  | ScooldReport
  | ScooldRevision
  | ParaUser
  | ParaOtherObject;

/** Facts of the visitor's request that Scoold adds. */
export interface ScooldRequestHeaders {
  readonly Referer?: string | null;
  readonly "User-Agent"?: string | null;
  readonly "User-IP": string;
}

/** With the author's profile, where Scoold finds it. */
type Authored<Item> = Item & { readonly author?: ScooldProfile | null };

/** A visit: the fields of the visitor's profile, and again in `visitor`. Both are missing where nobody is signed in. */
type Visit<Visited> = Partial<ScooldProfile> &
  Visited & {
    readonly visitor: Partial<ScooldProfile>;
    readonly headers: ScooldRequestHeaders;
  };

/** Scoold's own thirteen events, which a webhook names in `customEvents`. Each carries one item. */
export interface ScooldEvents {
  "question.create": ParaBody<"question.create", Authored<ScooldQuestion>>;
  "question.close": ParaBody<"question.close", ScooldQuestion>;
  "question.view": ParaBody<"question.view", Visit<{ readonly question: ScooldQuestion }>>;
  /** By a moderator. */
  "question.approve": ParaBody<"question.approve", ScooldQuestion>;
  "answer.create": ParaBody<"answer.create", Authored<ScooldAnswer>>;
  /** The item is the question; `children` is the answer, and `authUser` has accepted it. */
  "answer.accept": ParaBody<
    "answer.accept",
    ScooldQuestion & {
      readonly children: Authored<ScooldAnswer>;
      readonly authUser: ScooldProfile;
    }
  >;
  /** By a moderator. */
  "answer.approve": ParaBody<"answer.approve", ScooldAnswer>;
  "report.create": ParaBody<"report.create", ScooldReport>;
  /** `parent` is the question or the answer. */
  "comment.create": ParaBody<
    "comment.create",
    Authored<ScooldComment> & { readonly parent: ScooldQuestion | ScooldAnswer }
  >;
  "user.signin": ParaBody<
    "user.signin",
    ScooldProfile & { readonly user: ParaUser; readonly headers: ScooldRequestHeaders }
  >;
  "user.signup": ParaBody<"user.signup", ScooldProfile & { readonly user: ParaUser }>;
  "user.search": ParaBody<
    "user.search",
    Visit<{
      readonly category: string;
      readonly query: string;
      readonly results: readonly unknown[];
    }>
  >;
  "revision.restore": ParaBody<"revision.restore", ScooldRevision>;
}

/**
 * Para's six events and Scoold's own thirteen. In Para's, `item.type === "question"` narrows an item to a question.
 *
 * `Item` is any object that the six may be about. Add those that your own application stores: `ParaEvents<ScooldObject | Cat>`, where `Cat`
 * is a `ParaObject` whose `type` is `"cat"`.
 */
export interface ParaEvents<Item = ScooldObject> extends ScooldEvents {
  create: ParaBody<"create", Item>;
  update: ParaBody<"update", Item>;
  delete: ParaBody<"delete", Item>;
  createAll: ParaBody<"createAll", Item>;
  updateAll: ParaBody<"updateAll", Item>;
  deleteAll: ParaBody<"deleteAll", Item>;
}
