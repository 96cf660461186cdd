"""What publishing would change: the sentences of a plan, in both languages."""

from mailuo.base.problems import Message

ADDED = Message("added", zh="新增{what_zh}“{title}”", en="adds the {what_en} '{title}'")
ADDED_REQUIRED = Message(
    "needs_default",
    zh="新增必填{what_zh}“{title}”，但没有默认值：已有的记录在它上面是空的，下次修改时要补上",
    en="adds the required {what_en} '{title}' without a default: records that exist are blank there and must be completed when next changed",
)
REMOVED = Message("removed", zh="去掉{what_zh}“{title}”", en="removes the {what_en} '{title}'")
REMOVED_WITH_DATA = Message(
    "loses_data",
    zh="去掉{what_zh}“{title}”：它的数据移入回收站，到期前可以找回",
    en="removes the {what_en} '{title}': its data go to the trash and can be brought back until they expire",
)
RENAMED = Message(
    "renamed",
    zh="{what_zh}“{title}”的编号由 {old} 改为 {new}，数据保留",
    en="renames the {what_en} '{title}' from {old} to {new}; its data are kept",
)
WIDENED = Message(
    "widened",
    zh="字段“{title}”的类型由 {old} 放宽为 {new}，数据保留",
    en="widens the field '{title}' from {old} to {new}; its data are kept",
)
CHANGED = Message("changed", zh="修改{what_zh}“{title}”", en="changes the {what_en} '{title}'")
NOW_REQUIRED = Message(
    "needs_default",
    zh="字段“{title}”改为必填，但没有默认值：空着的记录下次修改时要补上",
    en="makes the field '{title}' required without a default: records that are blank there must be completed when next changed",
)
NOW_UNIQUE = Message(
    "changed",
    zh="字段“{title}”改为不得重复：已有重复的值时不能发布",
    en="makes the field '{title}' unique: it cannot be published while values are double",
)
NOW_COMPUTED = Message(
    "loses_data",
    zh="字段“{title}”由 {old} 改为系统算出（{new}）：原来的值移入回收站",
    en="turns the field '{title}' from {old} into a computed one ({new}): its values go to the trash",
)
TYPE_REFUSED = Message(
    "refused",
    zh="字段“{title}”不能由 {old} 改为 {new}：会丢失数据。请新增一个字段",
    en="the field '{title}' cannot change from {old} to {new}: data would be lost. Add a new field instead",
)
KEY_REFUSED = Message(
    "refused",
    zh="表“{title}”的编号字段不能更换：别的表靠它关联。只是改名就在新字段里写 was: 旧编号，否则请新建一张表",
    en="the key field of the table '{title}' cannot be changed: other tables refer by it. Say was: OLD_ID in the field if it is only renamed, or make a new table",
)
FLOW_CHANGED = Message("changed", zh="修改流程的次序或结案节点", en="changes the order of the flow or what closes it")
OUTSIDE = Message(
    "outside",
    zh="连接器“{title}”要用到新的变量或地址：{new}。要有 may: connectors 的人，或用 mailuo apply 发布",
    en="the connector '{title}' would use new variables or hosts: {new}. It takes somebody with may: connectors, or mailuo apply",
)
CARRIED = Message(
    "carried",
    zh="把{table}的“{source}”写进了{other}的“{target}”，看不到前者的角色会在后者看到它：{roles}",
    en="writes '{source}' of {table} into '{target}' of {other}, where roles see it that may not see the former: {roles}",
)
WORKSPACE_CHANGED = Message("changed", zh="修改工作区的约定", en="changes what the workspace says")
